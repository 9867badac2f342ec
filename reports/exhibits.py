"""Each figure together with what it shows in words and the same numbers as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from django.utils.translation import gettext as _

from classroom.words import AMOUNTS, NOT_SURE, RESEMBLED, STRENGTHS, level_word, percent
from emotion.judgement.engagement import Level
from emotion.judgement.persistence import BIN_S
from emotion.labels import EMOTIONS
from reports import charts, sentences
from reports.blocks import JUDGED
from reports.individuals import Individual
from reports.layouts import Figure
from reports.values import MoodStep, Span, Summary

TABLE_STEP_S = 300
NONE = "\N{EN DASH}"
EXPRESSION_ORDER = tuple(reversed(charts.EXPRESSION_ROWS))
LEVELS = (Level.ENGAGED, Level.DRIFTING, Level.AWAY)

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A figure with the same figures as a table and what it shows in words."""

    id: str
    title: str
    figure: Figure
    words: str
    header: Row
    rows: tuple[Row, ...]

    @property
    def figure_id(self) -> str:
        return f"{self.id}-figure"


def class_exhibits(summary: Summary) -> list[Exhibit]:
    found = []
    if any(step.level for step in summary.mood):
        found.append(_class_chart(summary))
    if any(step.engagement is not None for step in summary.mood):
        found.append(_engagement_chart(summary))
    if expression := _expression_chart(summary):
        found.append(expression)
    if any(step.counts.total for step in summary.self_reports):
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


def _class_chart(summary: Summary) -> Exhibit:
    header = (_("Minutes"), *map(str, AMOUNTS.values()), _("not enough to say"))
    return Exhibit(
        "class",
        _("The class with you"),
        charts.class_figure(summary),
        _("Most: three quarters of the class or more; few: a quarter or less. A gap: not enough to say."),
        header,
        tuple(_class_row(span, steps) for span, steps in _table_steps(summary)),
    )


def _class_row(span: Span, steps: Sequence[MoodStep]) -> Row:
    amounts = [sum(step.level is level for step in steps) * BIN_S for level in AMOUNTS]
    amounts.append(max(0, span.length_s - sum(amounts)))
    return (_minutes_of(span), *(_("%(count)s min") % {"count": f"{s / 60:.2g}"} for s in amounts))


def _engagement_chart(summary: Summary) -> Exhibit:
    header = (_("Minutes"), _("engagement"), _("middle half"), _("who show it"))
    return Exhibit(
        "engagement",
        _("Engagement of those who show their own results"),
        charts.engagement_figure(summary),
        _("Not of the class: the line is the mean of those who show it, the band their middle half."),
        header,
        tuple(_engagement_row(span, steps) for span, steps in _table_steps(summary)),
    )


def _engagement_row(span: Span, steps: Sequence[MoodStep]) -> Row:
    known = [step.shared for step in steps if step.shared and step.shared.engagement is not None]
    if not known:
        return (_minutes_of(span), _("not enough evidence"), NONE, NONE)
    return (
        _minutes_of(span),
        percent(fmean(one.engagement or 0 for one in known)),
        _("%(low)s to %(high)s")
        % {
            "low": percent(fmean(one.engagement_low or 0 for one in known)),
            "high": percent(fmean(one.engagement_high or 0 for one in known)),
        },
        sentences.counted_range(one.counted for one in known),
    )


def _expression_chart(summary: Summary) -> Exhibit | None:
    """Of those who show it, or of the class in words, whichever tells of more time."""
    shown = sum(step.expression_shares is not None for step in summary.mood)
    told = sum(step.expressions is not None for step in summary.mood)
    if not shown and not told:
        return None
    is_exact = shown >= told
    explained = (
        _("The share of those who show their own results whose expression was closest to each.")
        if is_exact
        else _("Of the class, in three tones: hardly, some (a fifth or more), mostly (half or more).")
    )
    return Exhibit(
        "expression",
        _("What expressions resembled"),
        charts.expression_figure(summary) if is_exact else charts.expression_words_figure(summary),
        explained + " " + _("The stronger the tone, the more. Never a feeling."),
        (_("Minutes"), *(str(RESEMBLED[one]) for one in EXPRESSION_ORDER)),
        tuple(_expression_row(span, steps, is_exact) for span, steps in _table_steps(summary)),
    )


def _expression_row(span: Span, steps: Sequence[MoodStep], is_exact: bool) -> Row:
    if is_exact:
        shares = [step.expression_shares for step in steps if step.expression_shares is not None]
        cells = [_mean_percent([one[EMOTIONS.index(row)] for one in shares]) for row in EXPRESSION_ORDER]
    else:
        told = [step.expressions for step in steps if step.expressions is not None]
        strengths = (charts.typical_strength(told, row) for row in EXPRESSION_ORDER)
        cells = [str(STRENGTHS[one]) if one else NONE for one in strengths]
    return (_minutes_of(span), *cells)


def _mean_percent(shares: Sequence[float]) -> str:
    return percent(fmean(shares)) if shares else NONE


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
        if step.counts.total
    )
    return Exhibit(
        "self-reports",
        _("What students said"),
        charts.self_report_figure(summary),
        f"{sentences.said_sentence(summary)} {sentences.taps_sentence(summary)}",
        header,
        rows,
    )


def _own_expression_chart(one: Individual, summary: Summary) -> Exhibit:
    minutes = one.expression_minutes
    rows = [
        (
            str(RESEMBLED[expression]),
            sentences.half_minutes(share * minutes),
            sentences.half_minutes(one.clear_shares.get(expression, 0.0) * minutes),
        )
        for expression, share in one.expression_shares.items()
    ]
    unsure = sentences.half_minutes(one.uncertain_share * minutes)
    return Exhibit(
        "own-expression",
        _("What the expression resembled"),
        charts.individual_expression_figure(one, summary),
        _(
            "A square for each half minute, in the row of what it resembled most: filled where clearly, "
            "hollow where weakly. Never a feeling."
        ),
        (_("Resembled most"), _("time"), _("of it clearly")),
        (*rows, (str(NOT_SURE), unsure, NONE)),
    )


def _level_rows(one: Individual, summary: Summary) -> Iterable[Row]:
    for start in range(0, summary.lesson_s, TABLE_STEP_S):
        span = Span(start, min(start + TABLE_STEP_S, summary.lesson_s))
        within = one.between(span.start_s, span.end_s)
        shares = (percent(its) for its in within.level_shares.values())
        yield (
            _minutes_of(span),
            *(shares if within.level_shares else (NONE,) * len(JUDGED)),
            sentences.minutes(within.measured_minutes),
        )


def _table_steps(summary: Summary) -> Iterable[tuple[Span, list[MoodStep]]]:
    for start in range(0, summary.lesson_s, TABLE_STEP_S):
        span = Span(start, min(start + TABLE_STEP_S, summary.lesson_s))
        yield span, [step for step in summary.mood if span.start_s <= step.at_s < span.end_s]


def _minutes_of(span: Span) -> str:
    return sentences.number_range(span.start_s // 60, -(-span.end_s // 60))
