"""A class's lessons beside each other, from their stored reports alone: nothing is told that these do not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classroom.disclosure import Amount
from classroom.models import Lesson
from classroom.panels import Dot, Panel, panel
from classroom.timetable import Calendar
from classroom.words import percent
from emotion.values import Signal
from reports import sentences
from reports.sketches import minute_dots
from reports.values import Moment, Span, Summary


@dataclass(frozen=True, slots=True)
class Point:
    """One lesson's figures. None: nothing is told. `most` is the share of the minutes with a word in which
    most of the class were with the lesson, `lost` the most who said so within a minute."""

    lesson_id: int
    title: str
    started_at: datetime
    is_simulation: bool
    is_told: bool
    joined: int | None = None
    engagement: float | None = None
    most: float | None = None
    lost: int | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """As the table has them: joined, engagement, most with you, most "lost" in a minute."""
        return (_number(self.joined), _share(self.engagement), _share(self.most), _number(self.lost))

    @property
    def cells_of_said(self) -> tuple[str, ...]:
        """Those of a class of which no camera tells."""
        return (_number(self.joined), _number(self.lost))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two lessons side by side: what can be said of both, the rows, and the minutes as pictures."""

    words: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]
    width: float
    pictures: tuple[tuple[Dot, ...], tuple[Dot, ...]]
    moments: tuple[tuple[str, str, str], ...]


def point(lesson: Lesson, summary: Summary | None) -> Point:
    named = (lesson.id, lesson.title, lesson.started_at, lesson.is_simulation)
    if summary is None:
        return Point(*named, is_told=False)
    return Point(
        *named,
        is_told=True,
        joined=summary.joined,
        engagement=_engagement(summary),
        most=_most(summary),
        lost=_lost(summary),
    )


def by_term(points: Iterable[Point], calendar: Calendar) -> tuple[tuple[str, tuple[Point, ...]], ...]:
    """Points in their order, those of one term of the school together; a name is empty outside all terms."""

    def term(one: Point) -> str:
        found = calendar.term_of(one.started_at)
        return found.name if found else ""

    return tuple((name, tuple(its)) for name, its in groupby(points, term))


def panels(points: Sequence[Point]) -> tuple[Panel, ...]:
    """Small pictures of what at least two lessons tell. `points` have the oldest first."""
    counted = (
        (_("Joined"), [one.joined for one in points]),
        (_("Most who said “lost” within a minute"), [one.lost for one in points]),
    )
    shares = (
        (_("Engagement of those who show it"), [one.engagement for one in points]),
        (_("Minutes with most of the class with you"), [one.most for one in points]),
    )
    found = [panel(title, _from_nought(percent(1)), values, 1.0) for title, values in shares]
    for title, numbers in counted:
        most = max((one for one in numbers if one), default=1)
        found.append(panel(title, _from_nought(str(most)), numbers, most))
    return tuple(one for one in found if len(one.dots) > 1)


def pair(first: Summary, second: Summary) -> Pair:
    """`first` was held earlier. Differences are of two reports that stand as they are: none says why."""
    longest = Span(0, max(first.lesson_s, second.lesson_s))
    return Pair(
        words=tuple(filter(None, (_engagement_words(first, second), _lost_words(first, second)))),
        rows=tuple(_rows(first, second)),
        width=longest.length_s / 60,
        pictures=(minute_dots(longest, first), minute_dots(longest, second)),
        moments=_moments(first, second),
    )


def _tell_of_class(first: Summary, second: Summary) -> bool:
    """Whether a camera told of the class in either."""
    return first.tells_of_class or second.tells_of_class


def _rows(first: Summary, second: Summary) -> Iterator[tuple[str, str, str]]:
    """Where no camera told of the class, without the rows that only one could fill."""
    nothing = (_number(None), _number(None))
    for row in zip(_titles(), _told(first), _told(second), strict=True):
        if _tell_of_class(first, second) or row[1:] != nothing:
            yield row


def _engagement(summary: Summary) -> float | None:
    return sentences.mean_engagement(summary) if summary.allows(Signal.ATTENTION) else None


def _most(summary: Summary) -> float | None:
    levels = [step.level for step in summary.mood if step.level is not None]
    return levels.count(Amount.MOST) / len(levels) if levels else None


def _lost(summary: Summary) -> int | None:
    return max((step.counts.lost for step in summary.self_reports), default=None)


def _from_nought(top: str) -> str:
    return _("from 0 to %(top)s") % {"top": top}


def _engagement_words(first: Summary, second: Summary) -> str:
    """Who shows results differs from lesson to lesson, so a difference within the bounds is none."""
    if not _tell_of_class(first, second):
        return ""
    before, after = _engagement(first), _engagement(second)
    if before is None or after is None:
        return _("Not enough to say whether more were with you in one of them.")
    values = {"before": percent(before), "after": percent(after)}
    one, other = first.estimate(first.whole), second.estimate(second.whole)
    overlap = one is not None and other is not None and one.low <= other.high and other.low <= one.high
    if overlap or abs(after - before) < sentences.SAME:
        return _("Engagement of those who show it was about the same: %(before)s, then %(after)s.") % values
    if after > before:
        return _("Engagement of those who show it was higher in the second: %(before)s, then %(after)s.") % (
            values
        )
    return _("Engagement of those who show it was lower in the second: %(before)s, then %(after)s.") % values


def _lost_words(first: Summary, second: Summary) -> str:
    before, after = _lost(first), _lost(second)
    if before is None or after is None:
        return ""
    return ngettext(
        "At most %(before)s said “lost” within a minute, then at most %(after)s.",
        "At most %(before)s said “lost” within a minute, then at most %(after)s.",
        after,
    ) % {"before": before, "after": after}


def _titles() -> tuple[str, ...]:
    return (
        _("Taught"),
        _("Joined"),
        _("Engagement of those who show it"),
        _("Most of the class with you"),
        _("About half with you"),
        _("Few with you"),
        _("Hardest five minutes"),
        _("Most who said “lost” within a minute"),
    )


def _told(summary: Summary) -> tuple[str, ...]:
    levels = [step.level for step in summary.mood if step.level is not None]
    in_words = (
        sentences.minutes(sentences.step_minutes(levels.count(one))) if levels else _number(None)
        for one in (Amount.MOST, Amount.HALF, Amount.FEW)
    )
    hardest = summary.hardest
    return (
        sentences.minutes(summary.taught_s / 60),
        _number(summary.joined),
        _share(_engagement(summary)),
        *in_words,
        sentences.span_words(hardest.span) if hardest else _number(None),
        _number(_lost(summary)),
    )


def _moments(first: Summary, second: Summary) -> tuple[tuple[str, str, str], ...]:
    """The key moments that have the same label in both, each with what changed around it."""
    later = _by_label(second.moments)
    both = [(one, later[label]) for label, one in _by_label(first.moments).items() if label in later]
    return tuple((one.label, _moment_words(one, first), _moment_words(other, second)) for one, other in both)


def _by_label(moments: Iterable[Moment]) -> dict[str, Moment]:
    """The first of each label."""
    found: dict[str, Moment] = {}
    for one in moments:
        found.setdefault(one.label.strip().casefold(), one)
    return found


def _moment_words(moment: Moment, summary: Summary) -> str:
    minute = _("Minute %(minute)s.") % {"minute": moment.at_s // 60}
    if not summary.allows(Signal.ATTENTION):
        return f"{minute} {capfirst(sentences.side_words(moment.after))}"
    return f"{minute} {sentences.moment_words(moment)}"


def _number(value: int | None) -> str:
    return _("not shown") if value is None else str(value)


def _share(value: float | None) -> str:
    return _("not shown") if value is None else percent(value)
