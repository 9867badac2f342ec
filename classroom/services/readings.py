"""Stores what a worker measured: the only way in which a measurement becomes a row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from classroom import queries
from classroom.models import Consent, Lesson, ParticipantState, Pause, Reading, RollupBin
from classroom.models.measurements import COUNTS
from classroom.wire import events
from classroom.wire.measurement import Measurement
from classroom.wire.messages import OwnReading
from emotion.judgement.engagement import Engagement, Level, ParticipantSignals, UnknownStateVersion, fold
from emotion.judgement.persistence import BIN_S, Bin, bin_of
from emotion.values import Analysis, Signal

FOLDED = [
    "version",
    "first_at",
    "measured_at",
    "seen_at",
    "seen_bins",
    "seen_level",
    "seen_probabilities",
    "faces",
    "level",
    "engagement",
    "probabilities",
    "uncertain",
    "signals",
]


@dataclass(frozen=True, slots=True)
class Folded:
    """A measurement with the engagement after it; None where it came too late to be folded."""

    measurement: Measurement
    engagement: Engagement | None


def record_readings(*, lesson_id: int, measurements: Sequence[Measurement]) -> int:
    """Store the measurements whose consent is still active; answers how many rows are new.

    One transaction: the consents are locked in the order of their ids, so a withdrawal comes
    before or after, never between, and a participant's readings fold one after the other
    whichever worker has them.
    """
    with transaction.atomic():
        consents = (
            Consent.objects.select_for_update(no_key=True, of=("self",))
            .active()
            .filter(lesson=lesson_id, id__in={m.consent_id for m in measurements})
            .select_related("participant")
            .order_by("id")
        )
        active = {consent.id: consent for consent in consents if consent.allows_camera}
        # A statement of its own, after the lock: it sees what was decided while this one waited for that.
        lesson = Lesson.objects.select_related("classroom__school__policy").get(id=lesson_id)
        timely = _timely(lesson, _allowed(lesson, active, measurements))
        states = _states(lesson_id, {m.participant_id for m in timely})
        new = _unseen(lesson, states, timely)
        folded = [_fold(lesson, states[m.participant_id], m) for m in new]
        Reading.objects.bulk_create(_reading(lesson, one) for one in folded)
        _write(states[one] for one in {m.participant_id for m in new})
        _add_to_bins(lesson, folded)
        transaction.on_commit(lambda: _announce(lesson_id, folded))
    return len(folded)


def _allowed(
    lesson: Lesson, active: Mapping[int, Consent], measurements: Iterable[Measurement]
) -> list[Measurement]:
    """Only what consent and policy still allow, read where they still allow it: both may have changed.

    A browser says itself how old a picture is: none is older than the consent.
    """
    kept = []
    cameras = queries.cameras_under(lesson, active.values())
    for one in measurements:
        consent = active.get(one.consent_id)
        if consent is None or consent.participant_id != one.participant_id:
            continue
        if one.taken_at < lesson.time_at(consent.given_at):
            continue
        if _is_quiet(lesson, consent, one):
            continue
        if signals := cameras[consent.id].allowed(one.reader):
            kept.append(replace(one, analysis=_narrowed(one.analysis, signals)))
    return kept


def _is_quiet(lesson: Lesson, consent: Consent, measurement: Measurement) -> bool:
    """Taken in quiet hours. A demonstration's times are no clock's: who is real in it is held off before."""
    is_real = not (lesson.is_simulation or consent.participant.is_simulated)
    return is_real and lesson.classroom.school.hours.is_quiet(measurement.taken_at)


def _narrowed(analysis: Analysis, signals: frozenset[Signal]) -> Analysis:
    return replace(
        analysis,
        attention=analysis.attention if Signal.ATTENTION in signals else None,
        expression=analysis.expression if Signal.EXPRESSION in signals else None,
    )


def _timely(lesson: Lesson, measurements: Iterable[Measurement]) -> list[Measurement]:
    """In order of time, none of a pause or after the lesson's end. Of two at one time the first stays."""
    timely: dict[tuple[datetime, int], Measurement] = {}
    for one in measurements:
        if lesson.ended_at is None or one.taken_at <= lesson.ended_at:
            timely.setdefault((one.taken_at, one.participant_id), one)
    pauses = _pauses_since(lesson, min(timely)[0]) if timely else []
    return [one for key, one in sorted(timely.items()) if not _is_within(pauses, key[0])]


def _pauses_since(lesson: Lesson, at: datetime) -> list[Pause]:
    return list(lesson.pauses.filter(Q(ended_at=None) | Q(ended_at__gt=at)))


def _is_within(pauses: Iterable[Pause], at: datetime) -> bool:
    return any(one.started_at <= at and (one.ended_at is None or at < one.ended_at) for one in pauses)


def _unseen(
    lesson: Lesson, states: Mapping[int, ParticipantState], measurements: Sequence[Measurement]
) -> list[Measurement]:
    """Without those that are stored already. What is newer than the state is not; all else is looked for."""
    doubtful = [one for one in measurements if not _is_newer(one, states[one.participant_id])]
    stored = Reading.objects.filter(
        lesson=lesson,
        participant__in={one.participant_id for one in doubtful},
        taken_at__in={one.taken_at for one in doubtful},
    )
    known = set(stored.values_list("participant_id", "taken_at")) if doubtful else set()
    return [one for one in measurements if (one.participant_id, one.taken_at) not in known]


def _is_newer(measurement: Measurement, state: ParticipantState) -> bool:
    return state.measured_at is not None and measurement.taken_at > state.measured_at


def _states(lesson_id: int, participant_ids: set[int]) -> dict[int, ParticipantState]:
    """Of each a state, new or stored; the locked consents keep it from being folded twice at a time."""
    stored = ParticipantState.objects.filter(lesson=lesson_id, participant__in=participant_ids)
    new = {one: ParticipantState(lesson_id=lesson_id, participant_id=one) for one in participant_ids}
    return new | {state.participant_id: state for state in stored}


def _write(states: Iterable[ParticipantState]) -> None:
    """One statement for rows new and old; Django's bulk_update costs more than the analysis itself."""
    ParticipantState.objects.bulk_create(
        list(states), update_conflicts=True, unique_fields=["lesson", "participant"], update_fields=FOLDED
    )


def _fold(lesson: Lesson, state: ParticipantState, measurement: Measurement) -> Folded:
    if state.measured_at is not None and measurement.taken_at <= state.measured_at:
        return Folded(measurement, None)
    return Folded(measurement, _advance(lesson, state, measurement.analysis, measurement.taken_at))


def _advance(lesson: Lesson, state: ParticipantState, analysis: Analysis, taken_at: datetime) -> Engagement:
    signals, engagement = fold(_signals(state), analysis, lesson.seconds_at(taken_at))
    state.signals = signals.to_dict()
    state.version += 1
    state.measured_at = taken_at
    state.faces = analysis.faces
    state.level = engagement.level
    state.engagement = engagement.value
    expression = engagement.expression
    state.probabilities = list(expression.probabilities) if expression else None
    state.uncertain = expression.uncertain if expression else None
    state.first_at = state.first_at or taken_at
    if analysis.faces:
        _see(lesson, state, taken_at)
    return engagement


def _see(lesson: Lesson, state: ParticipantState, taken_at: datetime) -> None:
    """A face was there: count the ten seconds once, and keep the values that are held when it goes."""
    if state.seen_at is None or _bin_start(lesson, state.seen_at) < _bin_start(lesson, taken_at):
        state.seen_bins += 1
    state.seen_at = taken_at
    if state.level != Level.UNKNOWN:
        state.seen_level = state.level
    state.seen_probabilities = state.probabilities or state.seen_probabilities


def _bin_start(lesson: Lesson, at: datetime) -> int:
    return int(lesson.seconds_at(at) // BIN_S) * BIN_S


def _signals(state: ParticipantState) -> ParticipantSignals | None:
    if state.signals is None:
        return None
    try:
        return ParticipantSignals.from_dict(state.signals)
    except UnknownStateVersion:
        # Written before an update of the fold: the windows are minutes long and fill again.
        return None


def _reading(lesson: Lesson, folded: Folded) -> Reading:
    measurement, engagement = folded.measurement, folded.engagement
    analysis = measurement.analysis
    attention, expression = analysis.attention, analysis.expression
    return Reading(
        lesson=lesson,
        school_id=lesson.classroom.school_id,
        participant_id=measurement.participant_id,
        consent_id=measurement.consent_id,
        taken_at=measurement.taken_at,
        reader=measurement.reader,
        network=measurement.network,
        faces=analysis.faces,
        probabilities=list(expression.probabilities) if expression else None,
        uncertain=expression.uncertain if expression else None,
        yaw=attention.yaw if attention else None,
        pitch=attention.pitch if attention else None,
        roll=attention.roll if attention else None,
        eye_openness=attention.eye_openness if attention else None,
        gaze_x=attention.gaze_x if attention else None,
        gaze_y=attention.gaze_y if attention else None,
        engagement=engagement.value if engagement else None,
        level=engagement.level if engagement else "unknown",
        was_folded=engagement is not None,
    )


def _add_to_bins(lesson: Lesson, folded: Sequence[Folded]) -> None:
    """Add to the ten-second sums, in one statement: PostgreSQL adds, so nothing is read before."""
    rows: dict[tuple[int, datetime], RollupBin] = {}
    for one in folded:
        key = (one.measurement.participant_id, _bin_starts_at(lesson, one.measurement.taken_at))
        if key not in rows:
            school_id = lesson.classroom.school_id
            rows[key] = RollupBin(lesson=lesson, participant_id=key[0], starts_at=key[1], school_id=school_id)
        add_to_bin(rows[key], _bin(lesson, one), one.engagement)
    RollupBin.objects.add(rows.values())


def _bin_starts_at(lesson: Lesson, at: datetime) -> datetime:
    return lesson.started_at + timedelta(seconds=_bin_start(lesson, at))


def _bin(lesson: Lesson, folded: Folded) -> Bin:
    measurement = folded.measurement
    if folded.engagement is None:
        start_s = _bin_start(lesson, measurement.taken_at)
        return Bin(start_s=start_s, readings=1, faces=int(measurement.analysis.faces > 0))
    return bin_of(measurement.analysis, folded.engagement, lesson.seconds_at(measurement.taken_at))


def add_to_bin(row: RollupBin, one: Bin, engagement: Engagement | None) -> None:
    for name in COUNTS:
        setattr(row, name, getattr(row, name) + getattr(one, name))
    row.engagements += one.engaged + one.drifting + one.away
    expression = engagement.expression if engagement else None
    if expression is not None and one.expressions:
        row.certain += int(not expression.uncertain)
        row.expression_sums = [
            total + round(1000 * p)
            for total, p in zip(row.expression_sums, expression.probabilities, strict=True)
        ]


def _announce(lesson_id: int, folded: Iterable[Folded]) -> None:
    """To each the newest of their own."""
    newest = {one.measurement.participant_id: one for one in folded}
    events.announce_to_participants(lesson_id, [(one, own_reading(newest[one])) for one in newest])


def own_reading(folded: Folded) -> OwnReading:
    analysis = folded.measurement.analysis
    box, attention = analysis.box, analysis.attention
    return {
        "type": "reading",
        "taken_at": folded.measurement.taken_at.isoformat(),
        "faces": analysis.faces,
        "box": [box.left, box.top, box.width, box.height] if box else None,
        "expression": queries.expression_info(analysis.expression),
        "attention": {
            "yaw": attention.yaw,
            "pitch": attention.pitch,
            "eye_openness": attention.eye_openness,
        }
        if attention
        else None,
        "level": folded.engagement.level if folded.engagement else "unknown",
    }
