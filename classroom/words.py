"""The words of the product for what it measures: one place for templates and scripts.

An expression is never a feeling: it resembles one.
"""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from classroom.disclosure import Amount, Strength
from classroom.languages import SOURCE, numbers_by_form
from classroom.models import Hint
from emotion.judgement.engagement import Level
from emotion.labels import Emotion
from emotion.values import Clarity

LEVELS = {
    Level.ENGAGED: _("with you"),
    Level.DRIFTING: _("drifting"),
    # Reading, writing, a phone and lids that fall all look alike from above the screen.
    Level.AWAY: _("down or away"),
    Level.UNKNOWN: _("unknown"),
}
AMOUNTS = {
    Amount.MOST: _("most"),
    Amount.HALF: _("about half"),
    Amount.FEW: _("few"),
}
STRENGTHS = {
    Strength.MOSTLY: _("mostly"),
    Strength.SOME: _("some"),
    Strength.HARDLY: _("hardly"),
}
# Of one person never a number: it would be taken for more than it is.
CLEARLY = {
    Emotion.ANGRY: _("expression clearly resembles anger"),
    Emotion.DISGUST: _("expression clearly resembles disgust"),
    Emotion.FEAR: _("expression clearly resembles fear"),
    Emotion.HAPPY: _("expression clearly resembles happiness"),
    Emotion.SAD: _("expression clearly resembles sadness"),
    Emotion.SURPRISE: _("expression clearly resembles surprise"),
    Emotion.NEUTRAL: _("expression clearly neutral"),
}
WEAKLY = {
    Emotion.ANGRY: _("expression weakly resembles anger"),
    Emotion.DISGUST: _("expression weakly resembles disgust"),
    Emotion.FEAR: _("expression weakly resembles fear"),
    Emotion.HAPPY: _("expression weakly resembles happiness"),
    Emotion.SAD: _("expression weakly resembles sadness"),
    Emotion.SURPRISE: _("expression weakly resembles surprise"),
    Emotion.NEUTRAL: _("expression rather neutral"),
}
NOT_SURE = _("not sure")
NOT_SURE_WHICH = _("not sure which expression")
CLARITIES = {
    Clarity.CLEARLY: _("clearly"),
    Clarity.WEAKLY: _("weakly"),
    Clarity.NOT_SURE: NOT_SURE,
}
# Of one student, so never more than what was seen.
DRAFTED = {
    "persistently_sad": _("expression resembled sadness much of the time"),
    "persistently_disengaged": _("drifting, or looking down or away, much of the time"),
}
# In the order in which every list and chart shows them, from the top.
RESEMBLED = {
    Emotion.NEUTRAL: _("neutral"),
    Emotion.HAPPY: _("happiness"),
    Emotion.SURPRISE: _("surprise"),
    Emotion.SAD: _("sadness"),
    Emotion.ANGRY: _("anger"),
    Emotion.FEAR: _("fear"),
    Emotion.DISGUST: _("disgust"),
}
SELF_REPORTS = {
    "following": _("following"),
    "lost": _("lost"),
    "need_a_break": _("need a break"),
}
PACES = {
    "too_fast": _("too fast"),
    "right_pace": _("right pace"),
    "too_slow": _("too slow"),
}
PULSE_ANSWERS = {
    "yes": _("yes"),
    "partly": _("partly"),
    "no": _("no"),
}
CONNECTION = {
    "connecting": _("Connecting"),
    "open": _("Connected"),
    "reconnecting": _("Connection lost, reconnecting"),
    "closed": _("Disconnected"),
}
SUGGESTED_MARKERS = (_("New topic"), _("Example"), _("Exercise"), _("Question"), _("Break"))

SENTENCES = {
    "nobody": _("Nobody has joined yet"),
    "nobody_help": _("Show the class the join code. Everyone who joins is counted here."),
    "students_come": _("The simulated students join in a moment."),
    "nobody_now": _("Nobody is here right now"),
    "paused": _("Paused: no snapshots are taken"),
    "ended": _("The lesson has ended"),
    "not_enough": _(
        "Not enough to say anything about the class as a whole; what students say is shown below."
    ),
    "too_few": _("Nothing is shown about the class yet: too few students are here."),
    "not_enough_mood": _("Not enough to say anything about the class as a whole."),
    "as_of": _("as of {ago}"),
    "behind": _("Analysis is behind: the server is busy."),
    "behind_help": _("More time between two snapshots helps: see Settings."),
    "spread_low": _("expressions are much alike"),
    "spread_middle": _("expressions differ somewhat"),
    "spread_high": _("expressions differ widely"),
    "none_stands_out": _("no expression stands out"),
    "share": _("{percent}%"),
    "tile_help": _("Point at a tile, or reach it with the arrow keys, to read it in full here."),
    "trial": _("trial"),
    "no_individual_data": _("no individual data"),
    "here_now": _("here"),
    "has_left": _("has left"),
    "seen_now": _("face in the picture"),
    "not_seen_now": _("no face in the picture"),
    "no_expression_read": _("no expression read"),
    "coverage": _("seen {share} of the time"),
    "says": _("says “{kind}”"),
    "answered": _("with you: “{kind}”"),
    "question_held": _("held back by your list of words"),
    "question_answered": _("answered"),
    "nobody_to_ask": _("There is nobody here to ask."),
    "pulse_open": _("Asked. The answers are shown when the question closes, in half a minute."),
    "pulse_withheld": _(
        "Not shown: too few count, or somebody has been blocked or removed since the answers came in."
    ),
    "pulse_asked_at": _("asked at {time} of the lesson"),
    "pulse_asked_by_lesson": _("asked by the lesson itself at {time}"),
    "show_names": _("Show names"),
    "hide_names": _("Hide names"),
    "names_shown": _("Individual data is shown."),
    "names_hidden": _("Individual data is hidden."),
    "pause": _("Pause for all"),
    "resume": _("Resume for all"),
    "marker_saved": _("Marked: {label}"),
    "marker_removed": _("Removed: {label}"),
    "dismiss": _("Dismiss"),
    "hint_of": _("{name}: {text}"),
    "failed": _("That did not work. Check the connection and try again."),
    "gone": _("This lesson cannot be reached any more. You may have been logged out."),
    "no_charts": _(
        "The charts could not be loaded; everything else stays live. Reload the page to try again."
    ),
    "axis_time": _("minutes since the start"),
    "hover_class": _("the class: {word}"),
    "hover_shared": _("those who show their results: {value}"),
    "hover_label": _("{label}: {value}"),
    "chart_empty": _(
        "Nothing to draw yet. It begins a minute or two after the last student has joined, "
        "once enough are counted or show their results."
    ),
    "chart_class": _("The class now: {word} with you."),
    "chart_lasting": _("So far: {parts}."),
    "chart_shared": _(
        "Engagement of those who show their results: {now} of 100 now; lowest {low}, highest {high}."
    ),
    "chart_mood_class": _("The class now: {words}."),
    "chart_mood_shared": _("Those who show their results now: {shares}."),
    "alert_on": _("You will be notified when several are lost."),
    "alert_off": _("Switched off."),
    "alert_blocked": _("The browser blocks notifications of this page. Allow them in its settings."),
    "break_given": _("The break has begun. Students see its clock."),
    "break_ended": _("The break has ended."),
    "on_air": _("On air"),
    "on_pause": _("Paused"),
    "over": _("Ended"),
    "saved": _("Saved"),
    "popup_blocked": _("The browser blocked the small window. Allow pop-ups for this page."),
}
# Where the policy has no cameras nothing is on air, a pause has nothing to stop, and names are all there is.
WITHOUT_CAMERA = {
    "paused": _("Paused"),
    "on_air": _("Open"),
    "behind_help": "",
    "names_shown": _("Names are shown."),
    "names_hidden": _("Names are hidden."),
}


def percent(share: float) -> str:
    """A share in [0, 1] as a whole percentage: "70%"."""
    return str(SENTENCES["share"]).format(percent=round(100 * share))


def times(count: int) -> str:
    """How often: "once", "2 times"."""
    return ngettext("once", "%(count)s times", count) % {"count": count}


def level_word(level: str) -> str:
    return str(LEVELS[Level(level)])


def expression_phrase(label: str | None, clarity: Clarity) -> str:
    """What one person's expression resembled; `label` counts only where something is named."""
    if clarity is Clarity.NOT_SURE or label is None:
        return str(NOT_SURE_WHICH)
    return str((CLEARLY if clarity is Clarity.CLEARLY else WEAKLY)[Emotion(label)])


def expression_words() -> dict[str, dict[str, str]]:
    """What scripts say of one person's expression, by how clear it is and its label."""
    return {
        "clearly": {label.value: str(phrase) for label, phrase in CLEARLY.items()},
        "weakly": {label.value: str(phrase) for label, phrase in WEAKLY.items()},
        "not_sure": {"": str(NOT_SURE_WHICH)},
    }


def counted_sentences(n: int) -> dict[str, str]:
    """Sentences with a number, in the grammatical form for `n`; scripts fill the number in."""
    return {
        "most": ngettext("Most of the class is with you", "Most of the {n} here are with you", n),
        "half": ngettext("About half of the class is with you", "About half of the {n} here are with you", n),
        "few": ngettext("Few of the class are with you", "Few of the {n} here are with you", n),
        "with_you": ngettext(
            "{n} of the {counted} who show their results is with you",
            "{n} of the {counted} who show their results are with you",
            n,
        ),
        "drifting": ngettext("{n} drifting", "{n} drifting", n),
        "away": ngettext("{n} down or away", "{n} down or away", n),
        "sharers": ngettext("Of the {n} who shows their results", "Of the {n} who show their results", n),
        "sharers_short": ngettext("{n} who shows results", "{n} who show results", n),
        "say_lost": ngettext("{n} says “lost”", "{n} say “lost”", n),
        "title_lost": ngettext("({n} lost)", "({n} lost)", n),
        "say_break": ngettext("{n} asks for a break", "{n} ask for a break", n),
        "votes": ngettext("{n} asks that too", "{n} ask that too", n),
        "pulse_class": ngettext("{answered} of {n} answered", "{answered} of {n} answered", n),
        "pulse_shared": ngettext(
            "{answered} of the {n} who shows results answered",
            "{answered} of the {n} who show results answered",
            n,
        ),
        "here": ngettext("{n} is here", "{n} are here", n),
        "left": ngettext("{n} has left", "{n} have left", n),
        "lasting": ngettext("{word} for {n} minute", "{word} for {n} minutes", n),
        "seconds_ago": ngettext("{n} second ago", "{n} seconds ago", n),
        "minutes_ago": ngettext("{n} minute ago", "{n} minutes ago", n),
    }


def js_words(*, uses_camera: bool = True) -> dict[str, dict[str, str]]:
    """Everything that the teacher's scripts say; sentences that count, by the plural form of their number."""
    sentences = SENTENCES if uses_camera else SENTENCES | WITHOUT_CAMERA
    return {
        "levels": {level.value: str(word) for level, word in LEVELS.items()},
        "amounts": {amount.value: str(word) for amount, word in AMOUNTS.items()},
        "strengths": {strength.value: str(word) for strength, word in STRENGTHS.items()},
        **expression_words(),
        "resembled": {label.value: str(word) for label, word in RESEMBLED.items()},
        "self_reports": {kind: str(word) for kind, word in (SELF_REPORTS | PACES).items()},
        "pulse_answers": {kind: str(word) for kind, word in PULSE_ANSWERS.items()},
        "hints": {kind.value: str(kind.label) for kind in Hint.Kind},
        "connection": {state: str(word) for state, word in CONNECTION.items()},
        "sentences": {key: str(sentence) for key, sentence in sentences.items()},
        **{form: counted_sentences(n) for form, n in numbers_by_form(get_language() or SOURCE).items()},
    }
