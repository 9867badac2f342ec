"""What stands in the PDF, as text and shapes that its template places. Without `People` it names nobody."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from classroom import queries
from classroom.colours import palette
from classroom.languages import listed
from classroom.models import Flag, Lesson, Strike
from classroom.queries import SaidCheck
from classroom.templatetags.moments import said
from reports import charts, flag_cards, pages, sentences
from reports.briefing import Line, briefing
from reports.exhibits import Exhibit, class_exhibits
from reports.heat_map import NOTHING, HeatRow, heat_rows
from reports.heat_table import legend
from reports.individuals import Individual
from reports.paper.words import NOTICE, SIMULATION, WORDS
from reports.plots import Plot, plot
from reports.reliability import reliability
from reports.roster import Attendee, attended
from reports.sketches import Sketch
from reports.values import Summary

Pairs = tuple[tuple[str, str], ...]
STRIP_HEIGHT = 12


@dataclass(frozen=True, slots=True)
class Chart:
    """`alt` has the figures of its table, for who does not see the picture."""

    title: str
    words: str
    alt: str
    plot: Plot


@dataclass(frozen=True, slots=True)
class Turn:
    lead: str
    evidence: str
    sketch: Sketch


@dataclass(frozen=True, slots=True)
class Moment:
    title: str
    at: str
    told: str
    sides: Pairs


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a strip, in [0, 1] of it from its left and from its top."""

    kind: str
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Key:
    """What one kind of cell means."""

    cell: Cell
    text: str


@dataclass(frozen=True, slots=True)
class Student:
    name: str
    told: str
    strip: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class HeatLine:
    """One row of the heat map, and the same in words; no strip: no individual data."""

    name: str
    told: str
    strip: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class FlagText:
    title: str
    state: str
    evidence: Pairs
    reason: str


@dataclass(frozen=True, slots=True)
class People:
    """For who asked for individual results; the caller logs the look."""

    header: tuple[str, ...]
    attendance: tuple[tuple[str, ...], ...]
    missing: str
    keys: tuple[Key, ...]
    heat: tuple[HeatLine, ...]
    students: tuple[Student, ...]
    flags: tuple[FlagText, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """`accent` is the school's own colour as read on paper, `logo` the bytes of its PNG; empty: none."""

    lang: str
    title: str
    school: str
    accent: str
    logo: tuple[int, ...]
    subtitle: str
    footer: str
    simulation: tuple[str, ...]
    notices: tuple[str, ...]
    briefing: tuple[Line, ...]
    stats: Pairs
    sentences: tuple[str, ...]
    charts: tuple[Chart, ...]
    turns: tuple[Turn, ...]
    moments: tuple[Moment, ...]
    people: People | None
    reliability: tuple[str, ...]
    basis: Pairs
    words: dict[str, str]


def content(
    lesson: Lesson,
    summary: Summary,
    attendees: Sequence[Attendee],
    people: People | None = None,
    checks: Sequence[SaidCheck] = (),
) -> Content:
    school, owner = lesson.classroom.school.name, lesson.classroom.school
    return Content(
        lang=translation.get_language() or "en",
        title=_("Report: %(title)s") % {"title": lesson.title},
        school=school,
        accent=palette(owner.accent).light.accent if owner.accent else "",
        logo=tuple(queries.logo_of(owner)),
        subtitle=_subtitle(lesson),
        footer=f"{school} · {_at(lesson, 'date')} · {lesson.title}",
        simulation=(str(SIMULATION),) if lesson.is_simulation else (),
        notices=(str(NOTICE),),
        briefing=tuple(briefing(summary, attended(attendees, lesson), checks)),
        stats=tuple(pages.stats(summary)),
        sentences=tuple(sentences.class_sentences(summary)),
        charts=tuple(map(_chart, class_exhibits(summary))),
        turns=tuple(Turn(one.line.lead, one.line.evidence, one.sketch) for one in pages.turn_cards(summary)),
        moments=tuple(map(_moment, pages.moment_cards(summary, lesson.started_at))),
        people=people,
        reliability=tuple(reliability(summary)),
        basis=tuple(pages.basis(summary, lesson)),
        words=dict(_words(summary)),
    )


def _words(summary: Summary) -> Iterable[tuple[str, str]]:
    """Where no camera was asked for, nothing is said of what one tells."""
    left_out = frozenset() if summary.asked_for_cameras else frozenset({"basis_help"})
    return ((key, str(text)) for key, text in WORDS.items() if key not in left_out)


def people_of(
    lesson: Lesson,
    attendees: Sequence[Attendee],
    missing: Sequence[str],
    individuals: Mapping[int, Individual],
    flags: Sequence[Flag],
    strikes: Mapping[int, Sequence[Strike]],
) -> People:
    """`flags` and `strikes` are those that may be shown, `missing` who did not join."""
    measured = dict(individuals)
    in_browsers = queries.read_in_browsers(lesson, [flag.participant_id for flag in flags])
    minutes = max(1, round(lesson.seconds_at(lesson.ended_at or lesson.started_at))) / 60
    return People(
        header=(
            _("Name"),
            _("First join"),
            _("Last leave"),
            _("Connected"),
            _("Of the lesson"),
            _("Individual data"),
        ),
        attendance=tuple(
            (
                line.attendee.name,
                _local(line.attendee.joined_at),
                _local(line.attendee.left_at),
                line.minutes,
                line.share,
                line.individual,
            )
            for line in pages.attendance_lines(attendees, measured, lesson.started_at)
        ),
        missing=_("Did not join: %(names)s") % {"names": listed(missing)} if missing else "",
        keys=tuple(
            Key(Cell(kind, 0, 1, y / STRIP_HEIGHT, height / STRIP_HEIGHT), text)
            for kind, height, y, text in pages.strip_kinds()
        ),
        heat=tuple(map(_heat_line, heat_rows(attendees, measured, round(60 * minutes)))) if measured else (),
        students=tuple(
            Student(
                card.name,
                " ".join((*card.sentences, *card.struck)),
                tuple(_cell(one, minutes) for one in charts.strip(measured[card.participant_id])),
            )
            for card in pages.student_cards(attendees, measured, flags, strikes, lesson.started_at)
        ),
        flags=tuple(_flag(flag, lesson, measured.get(flag.participant_id), in_browsers) for flag in flags),
    )


def _subtitle(lesson: Lesson) -> str:
    values = {
        "classroom": lesson.classroom.name,
        "start": _at(lesson, "datetime"),
        "end": _local(lesson.ended_at or lesson.started_at),
        "zone": timezone.get_current_timezone_name(),
    }
    return _("%(classroom)s · %(start)s to %(end)s · all times: %(zone)s") % values


def _chart(exhibit: Exhibit) -> Chart:
    rows = (
        f"{row[0]}: "
        + ", ".join(f"{label} {cell}" for label, cell in zip(exhibit.header[1:], row[1:], strict=True))
        for row in exhibit.rows
    )
    alt = f"{exhibit.title}. {exhibit.words} {exhibit.header[0]} " + "; ".join(rows)
    return Chart(exhibit.title, exhibit.words, alt, plot(exhibit.figure))


def _moment(card: pages.MomentCard) -> Moment:
    at = _("at %(minute)s") % {"minute": card.minute}
    return Moment(
        title=f"{card.number}. {card.label}",
        at=f"{at} · {_local(card.at)}",
        told=f"{card.engagement} {card.expression}".strip(),
        sides=((_("Before"), card.before), (_("After"), card.after)),
    )


def _cell(one: charts.StripCell, minutes: float) -> Cell:
    x, width = one.x / minutes, one.width / minutes
    return Cell(
        one.kind, round(x, 4), round(min(width, 1 - x), 4), one.y / STRIP_HEIGHT, one.height / STRIP_HEIGHT
    )


def _heat_line(row: HeatRow) -> HeatLine:
    if row.runs is None:
        return HeatLine(row.name, _("no individual data"), ())
    words = {kind: word for kind, _letter, word in legend()}
    minutes = sum(run.minutes for run in row.runs)
    told = ", ".join(
        f"{sentences.number_range(run.start, run.start + run.minutes)} {words[run.kind]}" for run in row.runs
    )
    drawn = (
        charts.StripCell(run.kind, run.start, run.minutes, *charts.STRIP_BARS[run.kind])
        for run in row.runs
        if run.kind != NOTHING
    )
    return HeatLine(row.name, f"{row.name}: {told}", tuple(_cell(one, minutes) for one in drawn))


def _flag(flag: Flag, lesson: Lesson, one: Individual | None, in_browsers: Collection[int]) -> FlagText:
    card = flag_cards.flag_card(flag, lesson.started_at, one, in_browsers=in_browsers)
    seen = _("Seen from minute %(start)s to minute %(end)s") % {
        "start": card.from_minute,
        "end": card.to_minute,
    }
    return FlagText(card.title, f"{flag.get_state_display()} · {seen}", card.evidence, flag.reason)


def _at(lesson: Lesson, form: str) -> str:
    return said(timezone.localtime(lesson.started_at), form)


def _local(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
