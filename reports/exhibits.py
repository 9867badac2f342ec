"""Each figure together with what it shows in words and the same numbers as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from django.utils.translation import gettext as _

from classroom.words import EXPRESSIONS, RESEMBLED, level_word
from emotion.engagement import Level
from emotion.labels import EMOTIONS
from emotion.persistence import BLOCK_S
from reports import charts, words
from reports.individuals import Individual
from reports.values import MoodStep, Span, Summary

TABLE_STEP_S = 300
NONE = "\N{EN DASH}"
LEVELS = (Level.ENGAGED, Level.DRIFTING, Level.AWAY)

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A figure with the same figures as a table and what it shows in words."""

    id: str
    title: str
    figure: charts.Figure
    words: str
    header: Row
    rows: tuple[Row, ...]

    @property
    def figure_id(self) -> str:
        return f"{self.id}-figure"


def class_exhibits(summary: Summary) -> list[Exhibit]:
    found = []
    if summary.has_engagement:
        found.append(_engagement_chart(summary))
    if summary.has_expression:
        found.append(_expression_chart(summary))
    if summary.self_reports:
        found.append(_self_report_chart(summary))
    return found


def individual_exhibits(one: Individual, summary: Summary) -> list[Exhibit]:
    found = []
    if one.measured_minutes:
        figure = charts.individual_engagement_figure(one, summary)
        header = (_("Minutes"), *map(level_word, LEVELS), _("measured"))
        found.append(
            Exhibit(
                "own-engagement",
                _("Engagement"),
                figure,
                _("The mean of each half minute; a gap: nothing measured."),
                header,
                tuple(_level_rows(one, summary)),
            )
        )
    if one.expression_minutes:
        found.append(_own_expression_chart(one, summary))
    return found


def _engagement_chart(summary: Summary) -> Exhibit:
    header = (_("Minutes"), _("engagement"), _("middle half"), _("counted"), _("unknown"))
    return Exhibit(
        "engagement",
        _("Engagement of the class"),
        charts.engagement_figure(summary),
        _("The line is the mean of those counted, the band their middle half; a gap: too few."),
        header,
        tuple(_engagement_row(span, steps) for span, steps in _table_steps(summary)),
    )


def _engagement_row(span: Span, steps: Sequence[MoodStep]) -> Row:
    known = [step for step in steps if step.engagement is not None]
    if not known:
        return (_minutes_of(span), *[_("not enough evidence")], NONE, NONE, NONE)
    return (
        _minutes_of(span),
        words.percent(fmean(step.engagement or 0 for step in known)),
        _("%(low)s to %(high)s")
        % {
            "low": words.percent(fmean(step.engagement_low or 0 for step in known)),
            "high": words.percent(fmean(step.engagement_high or 0 for step in known)),
        },
        words.counted_range(known),
        f"{round(fmean(step.unknown for step in known))}",
    )


def _expression_chart(summary: Summary) -> Exhibit:
    order = tuple(reversed(charts.EXPRESSION_ROWS))
    header = (_("Minutes"), *(str(RESEMBLED[one]) for one in order))
    rows = []
    for span, steps in _table_steps(summary):
        shares = [step.expression_shares for step in steps if step.expression_shares is not None]
        means = (fmean(one[EMOTIONS.index(row)] for one in shares) if shares else None for row in order)
        rows.append((_minutes_of(span), *(NONE if mean is None else words.percent(mean) for mean in means)))
    return Exhibit(
        "expression",
        _("What expressions resembled"),
        charts.expression_figure(summary),
        _("The share of the class whose expression was closest to each; darker is more. Never a feeling."),
        header,
        tuple(rows),
    )


def _self_report_chart(summary: Summary) -> Exhibit:
    header = (_("Minute"), _("following"), _("lost"), _("need a break"))
    rows = tuple(
        (
            str(step.span.start_s // 60),
            str(step.counts.following),
            str(step.counts.lost),
            str(step.counts.need_a_break),
        )
        for step in summary.self_reports
    )
    return Exhibit(
        "self-reports",
        _("What students said"),
        charts.self_report_figure(summary),
        words.said_sentence(summary),
        header,
        rows,
    )


def _own_expression_chart(one: Individual, summary: Summary) -> Exhibit:
    rows = [
        (str(EXPRESSIONS[expression]), words.percent(share))
        for expression, share in one.expression_shares.items()
    ]
    return Exhibit(
        "own-expression",
        _("What the expression resembled"),
        charts.individual_expression_figure(one, summary),
        _("A square for each half minute, in the row of what it resembled most. Never a feeling."),
        (_("Expression"), _("share of time read")),
        (*rows, (_("uncertain"), words.percent(one.uncertain_share))),
    )


def _level_rows(one: Individual, summary: Summary) -> Iterable[Row]:
    for start in range(0, summary.lesson_s, TABLE_STEP_S):
        span = Span(start, min(start + TABLE_STEP_S, summary.lesson_s))
        blocks = [block for block in one.blocks if span.start_s <= block.start_s < span.end_s]
        judged = sum(block.judged for block in blocks)
        counts = (
            sum(block.engaged for block in blocks),
            sum(block.drifting for block in blocks),
            sum(block.away for block in blocks),
        )
        shares = (words.percent(count / judged) if judged else NONE for count in counts)
        measured = sum(bool(block.judged) for block in blocks) * BLOCK_S / 60
        yield (_minutes_of(span), *shares, words.minutes(measured))


def _table_steps(summary: Summary) -> Iterable[tuple[Span, list[MoodStep]]]:
    for start in range(0, summary.lesson_s, TABLE_STEP_S):
        span = Span(start, min(start + TABLE_STEP_S, summary.lesson_s))
        yield span, [step for step in summary.mood if span.start_s <= step.at_s < span.end_s]


def _minutes_of(span: Span) -> str:
    return words.number_range(span.start_s // 60, -(-span.end_s // 60))
