"""The words of the product for what it measures: one place for templates and scripts.

An expression is never a feeling: it resembles one.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from emotion.engagement import Level
from emotion.labels import Emotion

LEVELS = {
    Level.ENGAGED: _("with you"),
    Level.DRIFTING: _("drifting"),
    Level.AWAY: _("away"),
    Level.UNKNOWN: _("unknown"),
}
EXPRESSIONS = {
    Emotion.ANGRY: _("expression resembles anger"),
    Emotion.DISGUST: _("expression resembles disgust"),
    Emotion.FEAR: _("expression resembles fear"),
    Emotion.HAPPY: _("expression resembles happiness"),
    Emotion.SAD: _("expression resembles sadness"),
    Emotion.SURPRISE: _("expression resembles surprise"),
    Emotion.NEUTRAL: _("neutral expression"),
}
UNCERTAIN = _("uncertain")
RESEMBLED = {
    Emotion.ANGRY: _("anger"),
    Emotion.DISGUST: _("disgust"),
    Emotion.FEAR: _("fear"),
    Emotion.HAPPY: _("happiness"),
    Emotion.SAD: _("sadness"),
    Emotion.SURPRISE: _("surprise"),
    Emotion.NEUTRAL: _("neutral"),
}
SELF_REPORTS = {
    "following": _("following"),
    "lost": _("lost"),
    "need_a_break": _("need a break"),
}
CONNECTION = {
    "connecting": _("Connecting"),
    "open": _("Connected"),
    "reconnecting": _("Connection lost, reconnecting"),
    "closed": _("Disconnected"),
}
SUGGESTED_MARKERS = (
    _("Started an exercise"),
    _("New topic"),
    _("Question to the class"),
    _("Worked example"),
    _("Break"),
)

SENTENCES = {
    "nobody": _("Nobody has joined yet"),
    "nobody_counted": _("Nobody is counted yet"),
    "paused": _("Paused: no snapshots are taken"),
    "ended": _("The lesson has ended"),
    "group": _("Too few faces were measured lately, or those counted are just changing."),
    "not_enough": _("Not enough evidence"),
    "no_attention": _("The school's policy computes no attention, so there are no levels."),
    "spread_low": _("Expressions are much alike"),
    "spread_middle": _("Expressions differ somewhat"),
    "spread_high": _("Expressions differ widely"),
    "share": _("{percent}%"),
    "mood_counted": _("{counted} counted, {unknown} unknown"),
    "newest": _("newest measurement {ago}"),
    "nothing_measured": _("nothing measured yet"),
    "just_now": _("just now"),
    "tile_help": _("Point at a tile, or move with the arrow keys, to read it in full here."),
    "no_individual_data": _("no individual data"),
    "no_expression_read": _("no expression read"),
    "confidence": _("{expression}, {percent}%"),
    "coverage": _("seen {percent}% of the time"),
    "says": _("says “{kind}”"),
    "show_names": _("Show names"),
    "hide_names": _("Hide names"),
    "names_shown": _("Individual data is shown. Press N to hide it."),
    "names_hidden": _("Individual data is hidden."),
    "pause": _("Pause for all"),
    "resume": _("Resume for all"),
    "marker_saved": _("Marked: {label}"),
    "dismiss": _("Dismiss"),
    "failed": _("That did not work. Check the connection and try again."),
    "gone": _("This lesson cannot be reached any more. You may have been logged out."),
    "no_charts": _("The charts could not be loaded; the numbers above stay live."),
    "axis_time": _("minutes since the start"),
    "axis_engagement": _("engagement"),
    "chart_engagement": _("Engagement was {now} of 100 at last; lowest {low}, highest {high}."),
    "chart_empty": _("Nothing to draw yet."),
    "chart_mood": _("Last: {shares}."),
    "on_air": _("On air"),
    "on_pause": _("Paused"),
    "over": _("Ended"),
    "saved": _("Saved"),
    "popup_blocked": _("The browser blocked the small window. Allow pop-ups for this page."),
}


def level_word(level: str) -> str:
    return str(LEVELS[Level(level)])


def expression_phrase(label: str, *, uncertain: bool = False) -> str:
    return str(UNCERTAIN if uncertain else EXPRESSIONS[Emotion(label)])


def counted_sentences(n: int) -> dict[str, str]:
    """Sentences with a number, in the grammatical form for `n`; scripts fill the number in."""
    return {
        "with_you": ngettext("{n} of {counted} with you", "{n} of {counted} with you", n),
        "drifting": ngettext("{n} drifting", "{n} drifting", n),
        "away": ngettext("{n} away", "{n} away", n),
        "unknown": ngettext("{n} unknown", "{n} unknown", n),
        "say_following": ngettext("{n} says “following”", "{n} say “following”", n),
        "say_lost": ngettext("{n} says “lost”", "{n} say “lost”", n),
        "say_break": ngettext("{n} asks for a break", "{n} ask for a break", n),
        "counted": ngettext("{n} counted", "{n} counted", n),
        "here": ngettext("{n} is here", "{n} are here", n),
        "few": ngettext(
            "Fewer than {n} is counted, so levels and mood are not shown.",
            "Fewer than {n} are counted, so levels and mood are not shown.",
            n,
        ),
        "tiles": ngettext("{n} participant", "{n} participants", n),
        "seconds_ago": ngettext("{n} second ago", "{n} seconds ago", n),
    }


def js_words() -> dict[str, dict[str, str]]:
    """Everything that the teacher's scripts say; `one` and `other` are the plural forms."""
    return {
        "levels": {level.value: str(word) for level, word in LEVELS.items()},
        "expressions": {label.value: str(phrase) for label, phrase in EXPRESSIONS.items()}
        | {"uncertain": str(UNCERTAIN)},
        "resembled": {label.value: str(word) for label, word in RESEMBLED.items()},
        "self_reports": {kind: str(word) for kind, word in SELF_REPORTS.items()},
        "connection": {state: str(word) for state, word in CONNECTION.items()},
        "sentences": {key: str(sentence) for key, sentence in SENTENCES.items()},
        "one": counted_sentences(1),
        "other": counted_sentences(2),
    }
