"""The report as tables for files: typed cells under keys that stay, made once for every kind of file.

Only what the report shows, with individual results: whoever does not share stands in the attendance alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import fmean

from django.utils import timezone
from django.utils.translation import gettext as _

from classroom import queries
from classroom.disclosure import Amount, Strength
from classroom.models import Flag, Lesson
from classroom.words import AMOUNTS, CLARITIES, DRAFTED, RESEMBLED, STRENGTHS
from emotion.judgement.engagement import Level
from emotion.judgement.persistence import BIN_S
from emotion.labels import EMOTIONS, Emotion
from emotion.values import Clarity
from reports import sentences
from reports.aggregates import prevailing
from reports.charts import by_minute_of, typical_strength
from reports.flag_cards import flag_clarity
from reports.heat_map import minute_kinds
from reports.heat_table import legend
from reports.individuals import Individual
from reports.roster import Attendee, name_of
from reports.table_values import Cell, Column, Fact, Table, Tables, Word
from reports.values import MINUTE_S, MoodStep, PaceCounts, SelfReportCounts, Side, Summary


def tables_of(
    lesson: Lesson,
    summary: Summary,
    attendees: Sequence[Attendee],
    individuals: Mapping[int, Individual],
    flags: Sequence[Flag],
) -> Tables:
    """`flags` are those that may be shown. A table of what was not computed or not found is left out."""
    shares = [
        (one, individuals[one.participant_id]) for one in attendees if one.participant_id in individuals
    ]
    found = (
        _attendance(attendees, individuals),
        _minutes(lesson, summary) if any(step.says_anything for step in summary.mood) else None,
        _students(shares) if shares else None,
        _levels(shares, summary.lesson_s) if shares else None,
        _flags(lesson, flags) if flags else None,
        _moments(lesson, summary),
        _said(lesson, summary) if summary.policy and summary.policy.allows_self_report else None,
    )
    return Tables(_facts(lesson, summary), tuple(one for one in found if one is not None))


def _facts(lesson: Lesson, summary: Summary) -> tuple[Fact, ...]:
    told = sum(step.says_anything for step in summary.mood)
    simulated = _("yes: rendered faces, no real students")
    found = [
        Fact("simulation", _("simulation"), Word("yes", simulated) if lesson.is_simulation else _no()),
        Fact("lesson", _("lesson"), lesson.title),
        Fact("classroom", _("classroom"), lesson.classroom.name),
        Fact("school", _("school"), lesson.classroom.school.name),
        Fact("started", _("started"), _local(lesson.started_at)),
        Fact("ended", _("ended"), _local(lesson.ended_at)),
        Fact("zone", _("all times are in"), timezone.get_current_timezone_name()),
        Fact("minutes_taught", _("minutes outside pauses"), round(summary.taught_s / 60, 1)),
        Fact("minutes_told", _("minutes with evidence for the class"), round(told * BIN_S / 60, 1)),
        Fact("joined", _("joined"), summary.joined),
    ]
    if note := sentences.taps_sentence(summary):
        found.append(Fact("taps", _("what students said"), note))
    found.append(Fact("use", _("use"), _("a draft for a person to review; never for grading or discipline")))
    return tuple(found)


def _no() -> Word:
    return Word("no", _("no"))


def _attendance(attendees: Iterable[Attendee], individuals: Mapping[int, Individual]) -> Table:
    columns = (
        Column("name", _("name")),
        Column("first_join", _("first join")),
        Column("last_leave", _("last leave")),
        Column("connected_minutes", _("connected minutes")),
        Column("share_of_lesson", _("share of the lesson"), is_share=True),
        Column("individual_data", _("individual data")),
    )
    rows = tuple(
        (
            one.name,
            _local(one.joined_at),
            _local(one.left_at),
            round(one.connected_s / 60, 1),
            _share(one.share),
            _individual_data(individuals.get(one.participant_id)),
        )
        for one in attendees
    )
    return Table("attendance", _("Attendance"), columns, rows)


def _individual_data(one: Individual | None) -> Word:
    if one is None:
        return Word("none", _("no individual data"))
    return Word("absent", _("absent")) if one.absent else Word("shared", _("shared"))


def _minutes(lesson: Lesson, summary: Summary) -> Table:
    """What was told at the steps of each minute, taken together."""
    by_minute: dict[int, list[MoodStep]] = {}
    for step in summary.mood:
        if step.says_anything:
            by_minute.setdefault(step.at_s // 60, []).append(step)
    words = by_minute_of((step.at_s, step.expressions) for step in summary.mood)
    shares = by_minute_of((step.at_s, step.expression_shares) for step in summary.mood)
    columns = (
        Column("minute", _("minute")),
        Column("at", _("from")),
        Column("class", _("of the class with you")),
        Column("engagement", _("engagement of those who show it"), is_share=True),
        Column("engagement_low", _("middle half from"), is_share=True),
        Column("engagement_high", _("middle half to"), is_share=True),
        Column("counted", _("fewest who show it")),
        *(_class_expression(one) for one in RESEMBLED if words),
        *(_shared_expression(one) for one in RESEMBLED if shares),
    )
    rows = tuple(
        (
            minute,
            _at(lesson, minute * 60),
            *_engagement(steps),
            *(_strength(typical_strength(words[minute], one)) for one in RESEMBLED if words),
            *(_mean([each[EMOTIONS.index(one)] for each in shares[minute]]) for one in RESEMBLED if shares),
        )
        for minute, steps in sorted(by_minute.items())
    )
    return Table("minutes", _("Minutes"), columns, rows)


def _class_expression(one: Emotion) -> Column:
    return Column(f"class_{one.value}", _("of the class resembling %(what)s") % {"what": RESEMBLED[one]})


def _shared_expression(one: Emotion) -> Column:
    label = _("share resembling %(what)s of those who show it") % {"what": RESEMBLED[one]}
    return Column(f"share_{one.value}", label, is_share=True)


def _engagement(steps: Sequence[MoodStep]) -> tuple[Cell, ...]:
    levels = [step.level for step in steps if step.level is not None]
    shared = [step.shared for step in steps if step.shared and step.shared.engagement is not None]
    return (
        _amount(prevailing(levels)) if levels else None,
        _mean([one.engagement for one in shared if one.engagement is not None]),
        _mean([one.engagement_low for one in shared if one.engagement_low is not None]),
        _mean([one.engagement_high for one in shared if one.engagement_high is not None]),
        min((one.counted for one in shared), default=None),
    )


def _students(shares: Iterable[tuple[Attendee, Individual]]) -> Table:
    columns = (
        Column("name", _("name")),
        Column("coverage", _("coverage"), is_share=True),
        Column("face_share", _("share of readings with a face"), is_share=True),
        Column("minutes_measured", _("minutes measured")),
        Column("share_engaged", _("share with you"), is_share=True),
        Column("share_drifting", _("share drifting"), is_share=True),
        Column("share_away", _("share down or away"), is_share=True),
        Column("minutes_expression", _("minutes with expression read")),
        Column("expression", _("expression most often resembled")),
        Column("minutes_of_it", _("minutes of it")),
        Column("clarity", _("how clearly")),
        Column("minutes_not_sure", _("minutes not sure which")),
    )
    return Table(
        "students", _("Students"), columns, tuple((one.name, *_measured(its)) for one, its in shares)
    )


def _levels(shares: Iterable[tuple[Attendee, Individual]], lesson_s: int) -> Table:
    """The heat map: a column for each minute."""
    minutes = range(-(-lesson_s // MINUTE_S))
    columns = (
        Column("name", _("name")),
        *(
            Column(f"minute_{one}", _("minute %(minute)s") % {"minute": one}, is_level=True)
            for one in minutes
        ),
    )
    texts = {kind: word for kind, _letter, word in legend()}
    rows = tuple(
        (one.name, *(Word(kind, texts[kind]) if kind else None for kind in minute_kinds(its, lesson_s)))
        for one, its in shares
    )
    return Table("levels", _("Students by minute"), columns, rows)


def _measured(one: Individual) -> tuple[Cell, ...]:
    """Of an expression minutes: a share beside a name would be taken for how certain it is."""
    commonest, read = one.commonest_expression, one.expression_minutes
    return (
        _share(one.coverage),
        _share(one.face_share),
        _known(one.measured_minutes),
        *(_share(one.level_shares.get(level)) for level in (Level.ENGAGED, Level.DRIFTING, Level.AWAY)),
        _known(read),
        Word(commonest.value, str(RESEMBLED[commonest])) if commonest else None,
        _known(one.expression_shares[commonest] * read) if commonest else None,
        _clarity(one, commonest) if commonest else None,
        round(one.uncertain_share * read, 1) if read else None,
    )


def _clarity(one: Individual, commonest: Emotion) -> Word:
    """As most of its time was."""
    is_clear = 2 * one.clear_shares.get(commonest, 0.0) >= one.expression_shares[commonest]
    clarity = Clarity.CLEARLY if is_clear else Clarity.WEAKLY
    return Word(clarity.value, str(CLARITIES[clarity]))


def _flags(lesson: Lesson, flags: Sequence[Flag]) -> Table:
    in_browsers = queries.read_in_browsers(lesson, [flag.participant_id for flag in flags])
    in_browser, on_server = _("in the student's own browser"), _("on the school's server")
    columns = (
        Column("name", _("name")),
        Column("kind", _("draft of")),
        Column("state", _("state")),
        Column("minutes_of_it", _("minutes of it")),
        Column("limit", _("limit for this student, minutes")),
        Column("clarity", _("how clearly above it")),
        Column("minutes", _("minutes of evidence")),
        Column("coverage", _("coverage of the lesson"), is_share=True),
        Column("from", _("from")),
        Column("to", _("to")),
        Column("reason", _("reason of the decision")),
        Column("reviewed", _("reviewed")),
        Column("reviewed_by", _("reviewed by")),
        Column("read", _("where it was read")),
    )
    rows = tuple(
        (
            name_of(one.participant),
            Word(one.kind, str(DRAFTED[one.kind])),
            Word(one.state, one.get_state_display()),
            round(one.share * one.minutes, 1),
            round(one.threshold * one.minutes, 1),
            Word(flag_clarity(one).value, str(CLARITIES[flag_clarity(one)])),
            round(one.minutes, 1),
            _share(one.coverage),
            _local(one.starts_at),
            _local(one.ends_at),
            one.reason or None,
            _local(one.reviewed_at),
            one.reviewed_by.shown_name if one.reviewed_by else None,
            Word("browser", in_browser) if one.participant_id in in_browsers else Word("server", on_server),
        )
        for one in flags
    )
    return Table("flags", _("Flags"), columns, rows)


def _moments(lesson: Lesson, summary: Summary) -> Table:
    columns = (
        Column("at", _("time")),
        Column("label", _("key moment")),
        *_side_columns("before", _("in the 2 minutes before")),
        *_side_columns("after", _("in the 2 minutes after")),
    )
    rows = tuple(
        (_at(lesson, one.at_s), one.label, *_side(one.before), *_side(one.after)) for one in summary.moments
    )
    return Table("key_moments", _("Key moments"), columns, rows)


def _side_columns(key: str, side: str) -> tuple[Column, ...]:
    named = {"side": side}
    engagement = _("engagement of those who show it %(side)s") % named
    return (
        Column(f"class_{key}", _("of the class with you %(side)s") % named),
        Column(f"engagement_{key}", engagement, is_share=True),
        Column(f"steps_{key}", _("steps of 10 s %(side)s") % named),
        Column(f"following_{key}", _("following %(side)s") % named),
        Column(f"lost_{key}", _("lost %(side)s") % named),
        Column(f"need_a_break_{key}", _("need a break %(side)s") % named),
    )


def _side(side: Side) -> tuple[Cell, ...]:
    return (
        _amount(side.level),
        _share(side.engagement),
        side.steps,
        *(_counts(side.self_reports) if side.self_reports else (None, None, None)),
    )


def _said(lesson: Lesson, summary: Summary) -> Table:
    """The minutes in which enough people were present, those in which nobody said anything as well."""
    columns = (
        Column("minute", _("minute")),
        Column("at", _("from")),
        Column("following", _("following")),
        Column("lost", _("lost")),
        Column("need_a_break", _("need a break")),
        Column("too_fast", _("too fast")),
        Column("right_pace", _("right pace")),
        Column("too_slow", _("too slow")),
    )
    rows = tuple(
        (step.span.start_s // 60, _at(lesson, step.span.start_s), *_counts(step.counts), *_paces(step.pace))
        for step in summary.self_reports
    )
    return Table("said", _("What students said"), columns, rows)


def _counts(said: SelfReportCounts) -> tuple[int, int, int]:
    return said.following, said.lost, said.need_a_break


def _paces(said: PaceCounts) -> tuple[int, int, int]:
    return said.too_fast, said.right_pace, said.too_slow


def _amount(level: Amount | None) -> Word | None:
    return Word(level.value, str(AMOUNTS[level])) if level else None


def _strength(strength: Strength | None) -> Word | None:
    return Word(strength.value, str(STRENGTHS[strength])) if strength else None


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _mean(values: Sequence[float]) -> float | None:
    return round(fmean(values), 3) if values else None


def _known(minutes: float) -> float | None:
    return round(minutes, 1) or None


def _at(lesson: Lesson, seconds: int) -> datetime:
    return timezone.localtime(lesson.started_at + timedelta(seconds=seconds))


def _local(at: datetime | None) -> datetime | None:
    return timezone.localtime(at) if at else None
