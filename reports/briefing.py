"""The conclusions and the changes of the class's level as sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classroom.disclosure import Whose
from classroom.languages import listed
from classroom.queries import SaidCheck, ToldAnswers
from classroom.words import AMOUNTS, PACES, percent, times
from emotion.values import Signal
from reports import conclusions, sentences
from reports.turns import Turn
from reports.values import MINUTE_S, Estimate, Moment, SelfReportStep, Stretch, Summary


@dataclass(frozen=True, slots=True)
class Line:
    """What is said, and the evidence that it rests on."""

    lead: str
    evidence: str


def briefing(
    summary: Summary, attended: conclusions.Attended | None, checks: Sequence[SaidCheck] = ()
) -> list[Line]:
    """What happened and what to do, in three sentences at most. `checks`: `queries.told_checks`."""
    return [_line(one, summary) for one in conclusions.conclusions(summary, attended, checks)]


@singledispatch
def _line(one: conclusions.Conclusion, summary: Summary) -> Line:
    raise TypeError(f"A {type(one).__name__} has no words")


def turn_line(turn: Turn, summary: Summary) -> Line:
    """The verdict on one change, and the figures or words before and after it."""
    minute = turn.at_s // MINUTE_S
    if turn.is_fall:
        lead = _("Fewer were with you from minute %(minute)s onwards%(after)s.")
    else:
        lead = _("More were with you from minute %(minute)s onwards%(after)s.")
    values = {"minute": minute, "after": _after(turn.moment)}
    return Line(lead % values, _joined(_change(turn, summary), _lost_words(turn.lost)))


@_line.register
def _not_enough(one: conclusions.NotEnough, summary: Summary) -> Line:
    lead = _("Not enough to say how the lesson went.")
    text = ngettext(
        "Of %(taught)s minute taught, %(told)s allow a statement about the class.",
        "Of %(taught)s minutes taught, %(told)s allow a statement about the class.",
        one.taught,
    )
    return Line(lead, _joined(text % {"taught": one.taught, "told": one.told}, _needed_words(summary)))


def _needed_words(summary: Summary) -> str:
    if summary.policy is None or not summary.allows(Signal.ATTENTION):
        return ""
    count = summary.policy.minimum_group_size
    text = ngettext(
        "A statement takes at least %(count)s student who is counted.",
        "A statement takes at least %(count)s students who are counted.",
        count,
    )
    return text % {"count": count}


@_line.register
def _again(one: conclusions.Again, summary: Summary) -> Line:
    worst, *others = one.passages
    lead = _("Worth teaching again: %(passage)s.") % {"passage": _passage_words(worst)}
    also = [_("Also %(passage)s.") % {"passage": _passage_words(passage)} for passage in others]
    return Line(lead, _joined(_passage_evidence(worst, summary), *also))


def _passage_words(passage: conclusions.Passage) -> str:
    return sentences.span_words(passage.span) + _after(passage.moment)


def _passage_evidence(passage: conclusions.Passage, summary: Summary) -> str:
    if passage.fall is None and passage.lost is None:
        return _("The hardest five minutes, far below the best.")
    return _joined(_fall_words(passage, summary), _lost_words(passage.lost))


def _fall_words(passage: conclusions.Passage, summary: Summary) -> str:
    if passage.fall is None:
        return ""
    until_s = passage.fall.after.span.end_s
    stayed = _("It stayed so until minute %(minute)s.") % {"minute": -(-until_s // MINUTE_S)}
    return _joined(_change(passage.fall, summary), stayed if until_s > passage.span.end_s else "")


@_line.register
def _smooth(one: conclusions.Smooth, summary: Summary) -> Line:
    lead = _("No part of this lesson stands out as worth teaching again.")
    if summary.tells_of_class:
        text = ngettext(
            "In the %(count)s minute that allows a statement, no drop lasted, and few or none said “lost”.",
            "In the %(count)s minutes that allow a statement, no drop lasted, and few or none said “lost”.",
            one.told,
        )
    else:
        text = ngettext(
            "In the %(count)s minute in which taps are counted, few or none said “lost”.",
            "In the %(count)s minutes in which taps are counted, few or none said “lost”.",
            one.told,
        )
    throughout = _average_words(one.average) if one.average else ""
    return Line(lead, _joined(text % {"count": one.told}, throughout))


@_line.register
def _contrast(one: conclusions.Contrast, summary: Summary) -> Line:
    lead = _("Your best five minutes: %(best)s; the hardest: %(hardest)s.") % {
        "best": sentences.span_words(one.best.span),
        "hardest": sentences.span_words(one.hardest.span),
    }
    if one.best.level is not None and one.hardest.level is not None:
        text = _("Of the class with you in the best: %(high)s; in the hardest: %(low)s.")
        return Line(lead, text % {"high": AMOUNTS[one.best.level], "low": AMOUNTS[one.hardest.level]})
    text = _("Engagement of those who show it: %(high)s in the best, %(low)s in the hardest.")
    high, low = _figures(one.best, one.hardest, summary=summary)
    figures = {"high": high, "low": low}
    return Line(lead, _joined(text % figures, _counted(one.best, one.hardest, summary=summary)))


@_line.register
def _average(one: conclusions.Average, _summary: Summary) -> Line:
    lead = _("No five minutes stand out as best or hardest.")
    if one.is_even:
        lead = _("The class was even: no five minutes stand out as best or hardest.")
    return Line(lead, _average_words(one))


def _average_words(one: conclusions.Average) -> str:
    if one.estimate is None:
        text = _("Of the class with you most of the time: %(amount)s.")
        return text % {"amount": AMOUNTS[one.level]} if one.level else ""
    text = _("Engagement of those who show it: %(mean)s throughout; %(counted)s counted.")
    return text % {"mean": _mean(one.estimate), "counted": _students(one.estimate)}


def attended_words(one: conclusions.Attended) -> str:
    """How many joined and, where that can be told, how many of them stayed."""
    if one.stayed is None:
        return ngettext("%(count)s joined.", "%(count)s joined.", one.joined) % {"count": one.joined}
    text = ngettext(
        "%(count)s joined; %(stayed)s there in the last five minutes.",
        "%(count)s joined; %(stayed)s of them there in the last five minutes.",
        one.joined,
    )
    return text % {"count": one.joined, "stayed": one.stayed}


@_line.register
def _attended(one: conclusions.Attended, _summary: Summary) -> Line:
    if one.stayed is None:
        return Line(attended_words(one), _("In so short a lesson it means little who left early."))
    return Line(_stayed_words(one), attended_words(one))


def _stayed_words(one: conclusions.Attended) -> str:
    if one.stayed == one.joined:
        return _("Everybody stayed to the end.")
    if one.nearly_all_stayed:
        return _("Nearly everybody stayed to the end.")
    return _("Many left early.") if one.many_left else _("Most stayed to the end.")


@_line.register
def _said(one: conclusions.Said, _summary: Summary) -> Line:
    beside = (_break_words(one.break_asked), _pace_words(one.pace), _asked_words(one.asked))
    if not one.minutes:
        return Line(_joined(*beside), "")
    if one.lost is None:
        lead = ngettext(
            "Nobody said “lost” in the %(count)s minute that was counted.",
            "Nobody said “lost” in the %(count)s minutes that were counted.",
            one.minutes,
        ) % {"count": one.minutes}
        return Line(lead, _joined(_following_words(one.following), *beside) or _silence())
    lead = _("“Lost” was said most in minute %(minute)s%(after)s.") % {
        "minute": one.lost.span.start_s // MINUTE_S,
        "after": _after(one.moment),
    }
    count = one.lost.counts.lost
    text = ngettext("%(count)s student said so.", "%(count)s students said so.", count)
    return Line(lead, _joined(text % {"count": count}, *beside))


def _following_words(count: int) -> str:
    return _("“Following” was said %(times)s.") % {"times": times(count)} if count else ""


def _silence() -> str:
    return _("Nobody said anything else either, so this does not say that they followed.")


@_line.register
def _unheard(_one: conclusions.Unheard, summary: Summary) -> Line:
    return Line(_("Nothing can be told of what was said."), sentences.taps_sentence(summary))


def _change(turn: Turn, summary: Summary) -> str:
    before, after = turn.before, turn.after
    if before.level is not None and after.level is not None:
        return _("From %(before)s to %(after)s of the class with you.") % {
            "before": AMOUNTS[before.level],
            "after": AMOUNTS[after.level],
        }
    was, became = _figures(before, after, summary=summary)
    text = _("Engagement of those who show it went from %(before)s to %(after)s.")
    return _joined(text % {"before": was, "after": became}, _counted(before, after, summary=summary))


def _figures(one: Stretch, other: Stretch, *, summary: Summary) -> tuple[str, str]:
    """With their intervals, or both without: one alone would be compared with what is not like it."""
    first, second = summary.estimate(one.span), summary.estimate(other.span)
    if first is not None and second is not None:
        return _mean(first), _mean(second)
    return percent(one.engagement or 0), percent(other.engagement or 0)


def _mean(one: Estimate) -> str:
    return _("%(mean)s (%(low)s to %(high)s)") % {
        "mean": percent(one.mean),
        "low": percent(one.low),
        "high": percent(one.high),
    }


def _counted(*stretches: Stretch, summary: Summary) -> str:
    found = [one for one in (summary.estimate(stretch.span) for stretch in stretches) if one]
    counts = [count for one in found for count in (one.fewest, one.most)]
    return _("%(students)s counted.") % {"students": sentences.counted_range(counts)} if counts else ""


def _students(one: Estimate) -> str:
    return sentences.counted_range((one.fewest, one.most))


def _lost_words(step: SelfReportStep | None) -> str:
    if step is None:
        return ""
    return ngettext(
        "%(count)s student said “lost” in minute %(minute)s.",
        "%(count)s students said “lost” in minute %(minute)s.",
        step.counts.lost,
    ) % {"count": step.counts.lost, "minute": step.span.start_s // MINUTE_S}


def _break_words(step: SelfReportStep | None) -> str:
    if step is None:
        return ""
    return ngettext(
        "%(count)s student asked for a break in minute %(minute)s.",
        "%(count)s students asked for a break in minute %(minute)s.",
        step.counts.need_a_break,
    ) % {"count": step.counts.need_a_break, "minute": step.span.start_s // MINUTE_S}


def _pace_words(one: conclusions.Pace | None) -> str:
    if one is None:
        return ""
    counts = zip(PACES.values(), (one.too_fast, one.right, one.too_slow), strict=True)
    parts = listed(f"{word} {times(count)}" for word, count in counts if count)
    lead = _("Said of the pace: %(parts)s") % {"parts": parts}
    if one.most is None:
        return lead + "."
    count, word = one.most.pace.too_fast, PACES["too_fast"]
    if one.is_slow:
        count, word = one.most.pace.too_slow, PACES["too_slow"]
    text = _("; %(count)s students said “%(word)s” in minute %(minute)s.")
    return lead + text % {"count": count, "word": word, "minute": one.most.span.start_s // MINUTE_S}


def _asked_words(one: conclusions.Asked | None) -> str:
    if one is None:
        return ""
    values = {
        "times": times(one.times),
        "minute": int(one.at_s // MINUTE_S),
        "answers": _answers(one.answers),
    }
    if one.times == 1:
        return _("“With me?” was asked in minute %(minute)s: %(answers)s.") % values
    text = _("“With me?” was asked %(times)s, with the fewest for yes in minute %(minute)s: %(answers)s.")
    return text % values


def _answers(told: ToldAnswers) -> str:
    if told.of is Whose.CLASS:
        text = ngettext(
            "%(yes)s yes, %(partly)s partly, %(no)s no, from %(asked)s student asked",
            "%(yes)s yes, %(partly)s partly, %(no)s no, from %(asked)s students asked",
            told.asked,
        )
    else:
        text = ngettext(
            "%(yes)s yes, %(partly)s partly, %(no)s no, of %(asked)s student who shows results",
            "%(yes)s yes, %(partly)s partly, %(no)s no, of %(asked)s students who show their results",
            told.asked,
        )
    return text % {"yes": told.yes, "partly": told.partly, "no": told.no, "asked": told.asked}


def _after(moment: Moment | None) -> str:
    return _(", after “%(label)s”") % {"label": moment.label} if moment else ""


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
