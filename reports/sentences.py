"""The report's numbers as words. An expression resembles; it never is."""

from collections.abc import Iterable
from statistics import fmean

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classroom.languages import decimal, listed
from classroom.words import AMOUNTS, RESEMBLED, SENTENCES, level_word, percent
from emotion.judgement.persistence import BIN_S
from emotion.labels import EMOTIONS, Emotion
from emotion.values import Signal
from reports.individuals import Individual
from reports.values import Moment, SelfReportCounts, Side, Span, Summary

TELLING_MINUTES = 3.0
"""Below this nothing is said about a student."""
SAME = 0.05
"""Class figures are rounded to this step; a smaller change is none."""
HARDLY = 0.005
"""A share below this would read as nought."""
EXPRESSION_CHANGE = 0.1


def minutes(amount: float) -> str:
    rounded = round(amount)
    return ngettext("%(count)s min", "%(count)s min", rounded) % {"count": rounded}


def half_minutes(amount: float) -> str:
    """What is judged by half minutes is told by them: "2.5 min"."""
    return _("%(count)s min") % {"count": decimal(round(2 * amount) / 2)}


def clock(seconds: int) -> str:
    """Lesson time as minutes and seconds since the start."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def span_words(span: Span) -> str:
    return _("minute %(start)s to %(end)s") % {"start": span.start_s // 60, "end": -(-span.end_s // 60)}


def pause_words(pause: Span) -> str:
    """By its length, not its end: that of a short one would round past the lesson's."""
    if pause.length_s < 60:
        length = _("%(count)s s") % {"count": pause.length_s}
    else:
        length = minutes(pause.length_s / 60)
    return _("minute %(start)s, for %(length)s") % {"start": pause.start_s // 60, "length": length}


def number_range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}\N{EN DASH}{high}"


def counted_range(counts: Iterable[int]) -> str:
    """How many students were counted, from the fewest to the most."""
    counts = list(counts)
    text = ngettext("%(range)s student", "%(range)s students", max(counts))
    return text % {"range": number_range(min(counts), max(counts))}


def step_minutes(steps: int) -> int:
    """How long so many steps of the ten-second grid are."""
    return round(steps * BIN_S / 60)


def of_lesson(amount: int, summary: Summary) -> str:
    total = round(summary.taught_s / 60)
    return ngettext("%(count)s of %(total)s minute", "%(count)s of %(total)s minutes", total) % {
        "count": min(amount, total),
        "total": total,
    }


def class_sentences(summary: Summary) -> list[str]:
    """The lesson in a few sentences, each with what it rests on."""
    return [*_class_told(summary), *filter(None, [taps_sentence(summary)])]


def _class_told(summary: Summary) -> list[str]:
    if summary.policy and summary.policy.is_without_cameras:
        return [_("The teacher held this lesson without cameras: it relies on what students said.")]
    if not summary.tells_of_class:
        return [
            _("The school's policy computes neither attention nor expression, so this report has neither.")
        ]
    if not summary.allows(Signal.ATTENTION):
        return [_("The school's policy computes no attention, so there is no engagement in this report.")]
    sentences = [_words_sentence(summary), _shared_sentence(summary)]
    return [sentence for sentence in sentences if sentence] or [str(SENTENCES["not_enough_mood"])]


def _words_sentence(summary: Summary) -> str:
    """For how long most, about half and few of the class were with the lesson."""
    levels = [step.level for step in summary.mood if step.level is not None]
    if not levels:
        return ""
    most, half, few = (step_minutes(levels.count(level)) for level in AMOUNTS)
    rest = round(summary.taught_s / 60) - most - half - few
    parts = [
        _("Most of the class were with you for %(most)s") % {"most": of_lesson(most, summary)},
        *([_("about half for %(count)s") % {"count": half}] if half else []),
        *([_("few for %(count)s") % {"count": few}] if few else []),
        *([_("not enough to say for %(count)s") % {"count": rest}] if rest > 0 else []),
    ]
    return "; ".join(parts) + "."


def _shared_sentence(summary: Summary) -> str:
    steps = [step.shared for step in summary.mood if step.shared and step.shared.engagement is not None]
    mean = mean_engagement(summary)
    if mean is None:
        return ""
    return _(
        "Those who show their own results (%(counted)s): engagement %(mean)s on average, in %(minutes)s."
    ) % {
        "mean": percent(mean),
        "counted": counted_range(step.counted for step in steps),
        "minutes": of_lesson(step_minutes(len(steps)), summary),
    }


def mean_engagement(summary: Summary) -> float | None:
    """Of those who show it: from the sums where there are any, else the mean of what was told live."""
    if found := summary.estimate(summary.whole):
        return found.mean
    steps = [step.engagement for step in summary.mood if step.engagement is not None]
    return fmean(steps) if steps else None


def said_sentence(summary: Summary) -> str:
    if not summary.self_reports:
        return ""
    busiest = max(summary.self_reports, key=lambda step: step.counts.lost)
    if not busiest.counts.lost:
        minutes = len(summary.self_reports)
        return ngettext(
            "Nobody said “lost” in the %(count)s minute that was counted.",
            "Nobody said “lost” in the %(count)s minutes that were counted.",
            minutes,
        ) % {"count": minutes}
    return ngettext(
        "At most %(count)s student said “lost” within one minute, minute %(minute)s.",
        "At most %(count)s students said “lost” within one minute, minute %(minute)s.",
        busiest.counts.lost,
    ) % {"count": busiest.counts.lost, "minute": busiest.span.start_s // 60}


def taps_sentence(summary: Summary) -> str:
    policy = summary.policy
    if policy is None or not policy.allows_self_report:
        return ""
    if not summary.asked_for_cameras:
        return _("Taps are counted while %(count)s or more were present.") % {
            "count": policy.minimum_group_size
        }
    return _(
        "Taps are counted for everybody while %(count)s or more were present who showed no results; "
        "otherwise for those who showed theirs, from %(count)s on."
    ) % {"count": policy.minimum_group_size}


def moment_words(moment: Moment) -> str:
    """What changed around a key moment, never why: exact of those who show it, else in words."""
    before, after, change = moment.before, moment.after, moment.change
    if change is not None:
        return _engagement_change(before.engagement or 0, after.engagement or 0)
    if before.level is None or after.level is None:
        return _("Not enough to say about the class before and after.")
    return _("Of the class with you before: %(before)s; after: %(after)s.") % {
        "before": AMOUNTS[before.level],
        "after": AMOUNTS[after.level],
    }


def _engagement_change(before: float, after: float) -> str:
    values = {"before": percent(before), "after": percent(after)}
    if abs(after - before) < SAME:
        return (
            _("Engagement of those who show it stayed about the same: %(before)s before, %(after)s after.")
            % values
        )
    if after > before:
        return _("Engagement of those who show it rose from %(before)s to %(after)s.") % values
    return _("Engagement of those who show it fell from %(before)s to %(after)s.") % values


def expression_words(moment: Moment) -> str:
    """The expression whose share changed most; empty if nothing was read of enough who show it."""
    before, after = moment.before.expression_shares, moment.after.expression_shares
    if before is None or after is None:
        return ""
    index = max(range(len(EMOTIONS)), key=lambda one: abs(after[one] - before[one]))
    if abs(after[index] - before[index]) < EXPRESSION_CHANGE:
        return _("Their expressions stayed about the same.")
    return _(
        "Share of their expressions closest to “%(expression)s”: %(before)s before, %(after)s after."
    ) % {
        "expression": RESEMBLED[EMOTIONS[index]],
        "before": percent(before[index]),
        "after": percent(after[index]),
    }


def side_words(side: Side) -> str:
    """What one side of a key moment rests on."""
    parts = []
    if side.steps:
        counted = ngettext("%(count)s student", "%(count)s students", side.counted)
        parts.append(_steps_words(side.steps) + ", " + counted % {"count": side.counted})
    elif side.told:
        parts.append(_("the class in words, ") + _steps_words(side.told))
    if side.self_reports is not None:
        parts.append(counts_words(side.self_reports))
    return "; ".join(parts) or _("nothing to show")


def _steps_words(steps: int) -> str:
    return _("%(clock)s minutes") % {"clock": clock(steps * BIN_S)}


def counts_words(counts: SelfReportCounts) -> str:
    said = (
        (counts.following, _("%(count)s following")),
        (counts.lost, _("%(count)s lost")),
        (counts.need_a_break, _("%(count)s need a break")),
    )
    return listed(text % {"count": count} for count, text in said if count) or _("nobody said anything")


def individual_sentences(one: Individual) -> list[str]:
    """One student's lesson; too little evidence is said instead of a number."""
    if one.absent:
        return [
            _("The camera was on for %(minutes)s, but saw a face in only %(share)s of the readings: absent.")
            % {"minutes": minutes(one.camera_minutes), "share": percent(one.face_share)}
        ]
    if max(one.measured_minutes, one.expression_minutes, one.camera_minutes) < TELLING_MINUTES:
        return [_("Not enough evidence: %(minutes)s measured.") % {"minutes": minutes(one.camera_minutes)}]
    sentences = [_level_sentence(one)]
    if one.expression_minutes >= TELLING_MINUTES:
        sentences.append(_expression_sentence(one))
    return sentences


def _level_sentence(one: Individual) -> str:
    if one.measured_minutes < TELLING_MINUTES:
        return _("A face was seen in %(share)s of the readings, over %(minutes)s.") % {
            "share": percent(one.face_share),
            "minutes": minutes(one.camera_minutes),
        }
    telling = {level: share for level, share in one.level_shares.items() if share >= HARDLY}
    shares = (f"{level_word(level)} {percent(share)}" for level, share in telling.items())
    return _("%(shares)s of %(minutes)s measured.") % {
        "shares": _capital(", ".join(shares)),
        "minutes": minutes(one.measured_minutes),
    }


def level_minutes(one: Individual) -> str:
    shares = {level: share for level, share in one.level_shares.items() if share >= HARDLY}
    return ", ".join(
        f"{level_word(level)} {half_minutes(share * one.measured_minutes)}" for level, share in shares.items()
    )


def clearness(one: Individual, expression: Emotion) -> str:
    """For how long one of the expressions that were read was clear, and for how long weak."""
    named, clear = one.expression_shares[expression], one.clear_shares.get(expression, 0.0)
    told = (
        (clear, _("clearly for %(minutes)s")),
        (named - clear, _("weakly for %(minutes)s")),
    )
    total = one.expression_minutes
    return listed(text % {"minutes": half_minutes(share * total)} for share, text in told if share)


def _expression_sentence(one: Individual) -> str:
    """In minutes: a percentage beside an expression would be taken for how certain it is."""
    total = one.expression_minutes
    if (commonest := one.commonest_expression) is None:
        return _("Not sure which expression, in all the %(minutes)s that were read.") % {
            "minutes": half_minutes(total)
        }
    values = {
        "expression": str(RESEMBLED[commonest]),
        "told": clearness(one, commonest),
        "minutes": half_minutes(total),
        "unsure": half_minutes(one.uncertain_share * total),
    }
    if commonest is Emotion.NEUTRAL:
        text = _("The expression was most often neutral: %(told)s, of %(minutes)s read")
    else:
        text = _("The expression most often resembled %(expression)s: %(told)s, of %(minutes)s read")
    unsure = _("; not sure for %(unsure)s.") if one.uncertain_share else "."
    return (text + unsure) % values


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
