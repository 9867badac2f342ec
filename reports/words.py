"""The report's numbers as words. An expression resembles; it never is."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classroom.words import RESEMBLED, level_word
from emotion.labels import EMOTIONS, Emotion
from reports.individuals import Individual
from reports.values import Moment, MoodStep, SelfReportCounts, Side, Span, Stretch, Summary

TELLING_MINUTES = 3.0
"""Below this nothing is said about a student."""
SAME = 0.05
"""Class figures are rounded to this step; a smaller change is none."""
HARDLY = 0.005
"""A share below this would read as nought."""
EXPRESSION_CHANGE = 0.1


def percent(share: float) -> str:
    return _("%(number)s %%") % {"number": round(100 * share)}


def minutes(amount: float) -> str:
    rounded = round(amount)
    return ngettext("%(count)s min", "%(count)s min", rounded) % {"count": rounded}


def clock(seconds: int) -> str:
    """Lesson time as minutes and seconds since the start."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def span_words(span: Span) -> str:
    return _("minute %(start)s to %(end)s") % {"start": span.start_s // 60, "end": -(-span.end_s // 60)}


def number_range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}\N{EN DASH}{high}"


def counted_range(steps: Sequence[MoodStep]) -> str:
    counted = [step.counted for step in steps]
    return number_range(min(counted), max(counted))


def class_sentences(summary: Summary) -> list[str]:
    """The lesson in a few sentences, each with what it rests on."""
    sentences = [_engagement_sentence(summary)]
    if summary.best and summary.hardest:
        sentences.append(_stretch_sentence(summary.best, summary.hardest))
    if sentence := said_sentence(summary):
        sentences.append(sentence)
    return sentences


def _engagement_sentence(summary: Summary) -> str:
    steps = [step for step in summary.mood if step.engagement is not None]
    if not summary.allows("attention"):
        return _("The school's policy computes no attention, so there is no engagement in this report.")
    if not steps:
        return _("Not enough evidence for the class: at no time were enough students counted.")
    mean = sum(step.engagement or 0 for step in steps) / len(steps)
    return _(
        "Engagement was %(mean)s on average; %(counted)s students were counted, in %(share)s of the lesson."
    ) % {
        "mean": percent(mean),
        "counted": counted_range(steps),
        "share": percent(min(1.0, len(steps) * 10 / summary.taught_s)) if summary.taught_s else percent(0),
    }


def _stretch_sentence(best: Stretch, hardest: Stretch) -> str:
    return _("Most were with you from %(best)s (%(high)s), fewest from %(hardest)s (%(low)s).") % {
        "best": span_words(best.span),
        "high": percent(best.engagement),
        "hardest": span_words(hardest.span),
        "low": percent(hardest.engagement),
    }


def said_sentence(summary: Summary) -> str:
    if not summary.self_reports:
        return ""
    busiest = max(summary.self_reports, key=lambda step: step.counts.lost)
    if not busiest.counts.lost:
        return _("Nobody said “lost”.")
    return ngettext(
        "At most %(count)s student said “lost” within one minute, in minute %(minute)s.",
        "At most %(count)s students said “lost” within one minute, in minute %(minute)s.",
        busiest.counts.lost,
    ) % {"count": busiest.counts.lost, "minute": busiest.span.start_s // 60}


def moment_words(moment: Moment) -> str:
    """What changed around a key moment, never why."""
    before, after, change = moment.before.engagement, moment.after.engagement, moment.change
    if before is None or after is None or change is None:
        return _("Not enough evidence to compare engagement before and after.")
    values = {"before": percent(before), "after": percent(after)}
    if abs(change) < SAME:
        return _("Engagement stayed about the same: %(before)s before, %(after)s after.") % values
    if change > 0:
        return _("Engagement rose from %(before)s to %(after)s.") % values
    return _("Engagement fell from %(before)s to %(after)s.") % values


def expression_words(moment: Moment) -> str:
    """The expression whose share changed most; empty if none changed enough or nothing was read."""
    before, after = moment.before.expression_shares, moment.after.expression_shares
    if before is None or after is None:
        return ""
    index = max(range(len(EMOTIONS)), key=lambda one: abs(after[one] - before[one]))
    if abs(after[index] - before[index]) < EXPRESSION_CHANGE:
        return _("Expressions stayed about the same.")
    return _("Share of expressions closest to “%(expression)s”: %(before)s before, %(after)s after.") % {
        "expression": RESEMBLED[EMOTIONS[index]],
        "before": percent(before[index]),
        "after": percent(after[index]),
    }


def side_words(side: Side) -> str:
    """The evidence of one side of a key moment."""
    measured = ngettext("%(count)s step of 10 s", "%(count)s steps of 10 s", side.steps) % {
        "count": side.steps
    }
    if not side.steps:
        return measured
    counted = ngettext("%(count)s student counted", "%(count)s students counted", side.counted)
    return f"{measured}, {counted % {'count': side.counted}}"


def counts_words(counts: SelfReportCounts) -> str:
    said = (
        (counts.following, _("%(count)s following")),
        (counts.lost, _("%(count)s lost")),
        (counts.need_a_break, _("%(count)s need a break")),
    )
    return ", ".join(text % {"count": count} for count, text in said if count) or _("nobody said anything")


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


def _expression_sentence(one: Individual) -> str:
    values = {"minutes": minutes(one.expression_minutes), "uncertain": percent(one.uncertain_share)}
    if (commonest := one.commonest_expression) is None:
        return _("The expression was uncertain throughout the %(minutes)s that were read.") % values
    values |= {"expression": str(RESEMBLED[commonest]), "share": percent(one.expression_shares[commonest])}
    if commonest is Emotion.NEUTRAL:
        text = _(
            "The expression was most often neutral: %(share)s of %(minutes)s read, uncertain %(uncertain)s."
        )
    else:
        text = _(
            "The expression most often resembled %(expression)s: %(share)s of %(minutes)s read, "
            "uncertain %(uncertain)s."
        )
    return text % values


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
