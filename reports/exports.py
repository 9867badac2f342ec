"""The report as CSV for a spreadsheet: sections with a title line each, separated by an empty line.

Only what the report shows: the individual columns of whoever does not share stay empty.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from classroom.cells import BYTE_ORDER_MARK, Cell, safe
from classroom.models import Lesson
from classroom.words import AMOUNTS, CLARITIES, RESEMBLED
from emotion.judgement.engagement import Level
from emotion.judgement.persistence import BIN_S
from emotion.labels import Emotion
from emotion.values import Clarity
from reports import sentences
from reports.individuals import Individual
from reports.roster import Attendee
from reports.values import Side, Summary


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def lesson_csv(
    lesson: Lesson, summary: Summary, attendees: Sequence[Attendee], individuals: dict[int, Individual]
) -> str:
    sections = (
        _about(lesson, summary),
        _attendance(attendees, individuals),
        _self_reports(lesson, summary),
        _moments(lesson, summary),
    )
    return write(sections)


def write(sections: Iterable[Section]) -> str:
    """RFC 4180 with a byte order mark; every text is made safe against being read as a formula."""
    target = io.StringIO()
    target.write(BYTE_ORDER_MARK)
    writer = csv.writer(target)
    for index, section in enumerate(sections):
        if index:
            writer.writerow(())
        for row in ((section.title,), section.header, *section.rows):
            if row:
                writer.writerow([safe(cell) for cell in row])
    return target.getvalue()


def _about(lesson: Lesson, summary: Summary) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (_("lesson"), lesson.title),
        (_("classroom"), lesson.classroom.name),
        (_("started"), _iso(lesson.started_at)),
        (_("ended"), _iso(lesson.ended_at)),
        (_("minutes outside pauses"), round(summary.taught_s / 60, 1)),
        (_("minutes with evidence for the class"), round(_told_steps(summary) * BIN_S / 60, 1)),
        (_("simulation"), _("yes: rendered faces, no real students") if lesson.is_simulation else _("no")),
        (_("use"), _("a draft for a person to review; never for grading or discipline")),
    ]
    title = _("ClassPulse report of a SIMULATION") if lesson.is_simulation else _("ClassPulse report")
    return Section(title, (), tuple(rows))


def _told_steps(summary: Summary) -> int:
    return sum(step.says_anything for step in summary.mood)


def _attendance(attendees: Sequence[Attendee], individuals: dict[int, Individual]) -> Section:
    header = (
        _("name"),
        _("first join"),
        _("last leave"),
        _("connected minutes"),
        _("share of the lesson"),
        _("individual data"),
        _("coverage"),
        _("share of readings with a face"),
        _("minutes measured"),
        _("share with you"),
        _("share drifting"),
        _("share away"),
        _("minutes with expression read"),
        _("expression most often resembled"),
        _("its share"),
        _("how clearly"),
        _("share uncertain"),
    )
    rows = tuple((*_stay(one), *_measured(individuals.get(one.participant_id))) for one in attendees)
    return Section(_("Attendance"), header, rows)


def _stay(one: Attendee) -> tuple[Cell, ...]:
    return (
        one.name,
        _iso(one.joined_at),
        _iso(one.left_at),
        round(one.connected_s / 60, 1),
        _share(one.share),
    )


def _measured(one: Individual | None) -> tuple[Cell, ...]:
    if one is None:
        return (_("no individual data"), *[None] * 11)
    commonest = one.commonest_expression
    return (
        _("absent") if one.absent else _("shared"),
        _share(one.coverage),
        _share(one.face_share),
        _known(one.measured_minutes),
        *(_share(one.level_shares.get(level)) for level in (Level.ENGAGED, Level.DRIFTING, Level.AWAY)),
        _known(one.expression_minutes),
        str(RESEMBLED[commonest]) if commonest else None,
        _share(one.expression_shares[commonest]) if commonest else None,
        _clarity(one, commonest) if commonest else None,
        _share(one.uncertain_share) if one.expression_minutes else None,
    )


def _clarity(one: Individual, commonest: Emotion) -> str:
    """As most of its time was."""
    is_clear = 2 * one.clear_shares.get(commonest, 0.0) >= one.expression_shares[commonest]
    return str(CLARITIES[Clarity.CLEARLY if is_clear else Clarity.WEAKLY])


def _known(minutes: float) -> float | None:
    return round(minutes, 1) or None


def _self_reports(lesson: Lesson, summary: Summary) -> Section:
    """The minutes in which enough people were present, those in which nobody said anything as well."""
    header = (_("minute from"), _("following"), _("lost"), _("need a break"))
    rows = tuple(
        (
            _at(lesson, step.span.start_s),
            step.counts.following,
            step.counts.lost,
            step.counts.need_a_break,
        )
        for step in summary.self_reports
    )
    title = _("Self-reports (students in each minute)")
    note = sentences.taps_sentence(summary)
    return Section(f"{title}. {note}" if note else title, header, rows)


def _moments(lesson: Lesson, summary: Summary) -> Section:
    header = (
        _("time"),
        _("key moment"),
        *(
            text % {"side": side}
            for side in (_("in the 2 minutes before"), _("in the 2 minutes after"))
            for text in (
                _("of the class with you %(side)s"),
                _("engagement of those who show it %(side)s"),
                _("steps of 10 s %(side)s"),
                _("following %(side)s"),
                _("lost %(side)s"),
                _("need a break %(side)s"),
            )
        ),
    )
    rows = tuple(
        (_at(lesson, one.at_s), one.label, *_side(one.before), *_side(one.after)) for one in summary.moments
    )
    return Section(_("Key moments"), header, rows)


def _side(side: Side) -> tuple[Cell, ...]:
    said = side.self_reports
    return (
        str(AMOUNTS[side.level]) if side.level else None,
        _share(side.engagement),
        side.steps,
        *((said.following, said.lost, said.need_a_break) if said else (None, None, None)),
    )


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _at(lesson: Lesson, seconds: int) -> str:
    return _iso(lesson.started_at + timedelta(seconds=seconds))


def _iso(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
