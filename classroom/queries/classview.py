"""The class as its teacher is told it live: values for the sockets, made from one look at the class."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Exists, OuterRef, QuerySet

from classroom import disclosure
from classroom.disclosure import Whose, Words
from classroom.models import (
    Consent,
    Hint,
    Lesson,
    Marker,
    MoodGroup,
    MoodPoint,
    Participant,
    ParticipantState,
    SelfReport,
)
from classroom.mood import Shared, shared_figures
from classroom.queries.asked import newest_pulse
from classroom.queries.clarity import expression_info, stored_scores
from classroom.queries.classnow import ClassNow
from classroom.queries.lessons import lesson_info
from classroom.queries.questions import teacher_questions
from classroom.wire import events
from classroom.wire.messages import (
    ClassView,
    ExpressionInfo,
    HintInfo,
    MarkerInfo,
    MoodInfo,
    SharedInfo,
    TeacherState,
    TileInfo,
    WordsInfo,
)
from emotion.judgement.persistence import BIN_S
from emotion.labels import EMOTIONS

# Real seconds that a snapshot may wait before the server is said to be behind.
BEHIND_S = 5.0


def class_view(now: ClassNow) -> ClassView:
    """What is told of the class: words and figures as the newest step has them, taps as they are."""
    told = now.told
    words = told.words if told else None
    shared = told.shared if told and told.shared_at and now.at - told.shared_at < disclosure.HELD else None
    return {
        "present": len(now.present),
        "left": len(now.left),
        "words": words,
        "words_at": _iso(told.words_at) if told and words else None,
        "shared": shared,
        "shared_at": _iso(told.shared_at) if told and shared else None,
        "self_reports": self_report_counts(now),
        "self_reports_of": whose.value if (whose := now.whose_taps) else None,
        "lacks_somebody": now.lesson.lacks_somebody,
        "mood": _newest_mood(now),
        "behind": is_behind(now),
        "signals": sorted(map(str, now.policy.signals)) if now.policy else [],
    }


def shared_now(now: ClassNow) -> SharedInfo | None:
    if now.policy is None:
        return None
    figures = shared_figures(now.sharers, now.minimum)
    return shared_info(figures) if figures else None


def self_report_counts(now: ClassNow) -> dict[str, int] | None:
    """How many said what lately, of whom `ClassNow.whose_taps` says; None: of nobody.

    Who leaves or is blocked is counted as long as who stays: else a number that drops would tell what that
    one said.
    """
    if (whose := now.whose_taps) is None:
        return None
    counts = dict.fromkeys(SelfReport.Kind.values, 0)
    since = now.shared_since
    for participant_id, (at, kind) in (*now.taps.items(), *now.paces.items()):
        if participant_id in now.present | now.left and (
            whose is Whose.CLASS or (participant_id in since and at >= since[participant_id])
        ):
            counts[kind] += 1
    return counts


def is_behind(now: ClassNow) -> bool:
    """Snapshots wait longer than they should: the server is busy. Told only where figures are told of."""
    shares = any(consent.shares_own_results for consent in now.active)
    has_words = now.told is not None and now.told.words is not None
    if not shares and not has_words:
        return False
    return waits_too_long_s(now.lesson) is not None


def told_of(lessons: QuerySet[Lesson]) -> QuerySet[Lesson]:
    """Those of which figures are told. That snapshots wait in another would tell that a camera is on."""
    sharing = Consent.objects.sharing().filter(lesson=OuterRef("id"))
    in_words = MoodGroup.objects.filter(lesson=OuterRef("id"), words__isnull=False)
    return lessons.filter(Exists(sharing) | Exists(in_words))


def waits_too_long_s(lesson: Lesson) -> float | None:
    """For how long the oldest snapshot of an open lesson has waited, where a server with time to spare would
    have read it by now."""
    waited_s = events.oldest_waiting_s(lesson.id)
    return waited_s if waited_s > max(BEHIND_S, 3 * lesson.capture_interval_ms / 1000) else None


def tiles(now: ClassNow) -> list[TileInfo]:
    """One tile for each participant who ever joined, by name; alike for all without individual data."""
    since = disclosure.shared_since(now.consents)
    everybody = sorted(now.participants.values(), key=lambda one: (one.display_name.casefold(), one.id))
    found = []
    for one in everybody:
        state = now.states.get(one.id) if one.id in since else None
        if state is None or not now.is_fresh(state.measured_at):
            found.append(_no_data(now, one))
        else:
            found.append(_tile(now, one, state, now.lesson.time_at(since[one.id])))
    return found


def teacher_state(lesson: Lesson, now: datetime, *, reveal: bool = False) -> TeacherState:
    looked = ClassNow.load(lesson, now)
    hints = _hints_to_show(looked, reveal=reveal)
    return {
        "type": "state",
        "seq": events.current_seq(lesson.id),
        "lesson": lesson_info(lesson, now),
        "labels": [str(emotion) for emotion in EMOTIONS],
        "view": class_view(looked),
        "moods": [mood_info(point) for point in MoodPoint.objects.filter(lesson=lesson)],
        "markers": [marker_info(marker) for marker in lesson.markers.all()],
        "hints": [hint_info(hint) for hint in hints],
        "tiles": tiles(looked) if reveal else None,
        "pulse": newest_pulse(lesson),
        "questions": teacher_questions(lesson),
    }


def _hints_to_show(now: ClassNow, *, reveal: bool) -> list[Hint]:
    """About the class; about a student where asked for, of the time since which results are shown."""
    since = disclosure.shared_since(now.consents) if reveal else {}
    shown = {one: now.lesson.time_at(at) for one, at in since.items()}
    hints = Hint.objects.filter(lesson=now.lesson, dismissed_at=None).select_related("participant")
    return [
        hint
        for hint in hints
        if hint.participant_id is None
        or (hint.participant_id in shown and hint.at >= shown[hint.participant_id])
    ]


def words_info(words: Words) -> WordsInfo | None:
    if words.level is None and words.expressions is None:
        return None
    return {
        "level": words.level.value if words.level else None,
        "expressions": [one.value for one in words.expressions] if words.expressions else None,
    }


def shared_info(shared: Shared) -> SharedInfo:
    values = asdict(shared)
    shares = shared.expression_shares
    return cast(SharedInfo, values | {"expression_shares": list(shares) if shares else None})


def mood_info(point: MoodPoint) -> MoodInfo:
    return {"at": point.at.isoformat(), "words": point.words, "shared": point.shared}


def marker_info(marker: Marker) -> MarkerInfo:
    return {"id": marker.id, "at": marker.at.isoformat(), "label": marker.label}


def hint_info(hint: Hint) -> HintInfo:
    return {
        "id": hint.id,
        "at": hint.at.isoformat(),
        "kind": hint.kind,
        "participant": hint.participant_id,
        "name": hint.participant.display_name if hint.participant else None,
    }


def _newest_mood(now: ClassNow) -> MoodInfo | None:
    """The newest step, told again: a viewer appends it to the line. None where it told nothing."""
    told = now.told
    if told is None or told.stepped_at is None:
        return None
    shared = told.shared if told.shared_at == told.stepped_at else None
    if not told.words and not shared:
        return None
    return {"at": told.stepped_at.isoformat(), "words": told.words, "shared": shared}


def _no_data(now: ClassNow, one: Participant) -> TileInfo:
    return {
        "id": one.id,
        "name": one.display_name,
        "is_trial": one.is_trial,
        "here": one.id in now.present | now.trying,
        "kind": "no_individual_data",
    }


def _tile(now: ClassNow, one: Participant, state: ParticipantState, since: datetime) -> TileInfo:
    said_at, kind = now.taps.get(one.id, (since, None))
    paced_at, pace = now.paces.get(one.id, (since, None))
    answered_at, answer = now.answers.get(one.id, (since, None))
    return {
        **_no_data(now, one),
        "kind": "measured",
        "seen": state.faces > 0,
        "level": state.level,
        "expression": _expression(state),
        "coverage": round(_coverage(now, state), 2),
        "self_report": kind if said_at >= since else None,
        "pace": pace if paced_at >= since else None,
        "answer": answer if answered_at >= since else None,
    }


def _coverage(now: ClassNow, state: ParticipantState) -> float:
    """The share of ten-second steps since the first measurement in which a face was seen."""
    assert state.first_at is not None
    steps = (now.at - state.first_at) / timedelta(seconds=BIN_S)
    return min(1.0, state.seen_bins / max(1.0, steps))


def _expression(state: ParticipantState) -> ExpressionInfo | None:
    if state.faces == 0:
        return None
    return expression_info(stored_scores(state.probabilities, state.uncertain))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
