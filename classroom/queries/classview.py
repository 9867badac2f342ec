"""The class as its teacher sees it live."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count

from classroom import events
from classroom.messages import (
    ClassView,
    ExpressionInfo,
    HiddenBecause,
    HintInfo,
    MarkerInfo,
    MoodInfo,
    TeacherState,
    TileInfo,
)
from classroom.models import (
    Attendance,
    Consent,
    Hint,
    Lesson,
    Marker,
    MoodGroup,
    MoodPoint,
    ParticipantState,
    RollupBin,
    SelfReport,
)
from classroom.models.measurements import BIN_SECONDS
from classroom.mood import Group, Member, consensus, contributors
from classroom.queries.lessons import lesson_info, policy_of
from emotion.engagement import Level
from emotion.labels import EMOTIONS
from emotion.persistence import Bin

FRESH_S = 15
# Queues and ticks take real time, however fast a lesson runs.
FRESH_REAL_S = 4
# A participant whose socket was not heard of for this long has left.
PRESENT_S = 60
SELF_REPORT_LASTS = timedelta(minutes=5)


def members(lesson: Lesson, now: datetime) -> list[Member]:
    """Everybody whose camera may be counted, with the newest state."""
    fresh_from = lesson.time_at(now) - _fresh(lesson)
    states = {state.participant_id: state for state in ParticipantState.objects.filter(lesson=lesson)}
    return [
        _member(consent, states.get(consent.participant_id), fresh_from)
        for consent in Consent.objects.filter(lesson=lesson, ended_at=None).order_by("participant_id")
        if consent.allows_camera
    ]


def class_view(lesson: Lesson, now: datetime) -> ClassView:
    policy = policy_of(lesson)
    minimum = policy.minimum_group_size if policy else 0
    everybody = members(lesson, now)
    counted = contributors(everybody, _group(lesson), minimum) if policy else ()
    mood = consensus(counted)
    newest = MoodPoint.objects.filter(lesson=lesson).last()
    present = _present(lesson, now)
    measured = ParticipantState.objects.filter(lesson=lesson, measured_at__isnull=False)
    newest_measured = measured.order_by("-measured_at").values_list("measured_at", flat=True).first()
    return {
        "present": present,
        "counted": mood.counted,
        "engaged": mood.levels[Level.ENGAGED],
        "drifting": mood.levels[Level.DRIFTING],
        "away": mood.levels[Level.AWAY],
        "unknown": max(0, present - mood.counted),
        "engagement": mood.engagement,
        "engagement_low": mood.engagement_low,
        "engagement_high": mood.engagement_high,
        "self_reports": self_report_counts(lesson, lesson.time_at(now)),
        "mood": mood_info(newest) if newest else None,
        "hidden": _hidden(everybody, len(counted), minimum),
        "newest_taken_at": newest_measured.isoformat() if newest_measured else None,
    }


def tiles(lesson: Lesson, now: datetime) -> list[TileInfo]:
    """One tile for each participant who ever joined, by name; alike for all without individual data."""
    fresh_from = lesson.time_at(now) - _fresh(lesson)
    sharing = set(
        Consent.objects.filter(lesson=lesson, ended_at=None, choice=Consent.Choice.OWN_RESULTS).values_list(
            "participant_id", flat=True
        )
    )
    states = ParticipantState.objects.filter(
        lesson=lesson, participant__in=sharing, measured_at__gte=fresh_from
    )
    measured = {state.participant_id: state for state in states}
    covered = _covered_bins(lesson, measured)
    said = _newest_self_reports(lesson, lesson.time_at(now))
    elapsed_bins = max(1.0, (lesson.time_at(now) - lesson.started_at).total_seconds() / BIN_SECONDS)
    joined = Consent.objects.filter(lesson=lesson).values_list("participant_id", "participant__display_name")
    return [
        _tile(one, name, measured.get(one), covered.get(one, 0) / elapsed_bins, said.get(one))
        for one, name in sorted(set(joined), key=lambda pair: (pair[1].casefold(), pair[0]))
    ]


def teacher_state(lesson: Lesson, now: datetime, *, reveal: bool = False) -> TeacherState:
    hints = Hint.objects.filter(lesson=lesson, dismissed_at=None).select_related("participant")
    return {
        "type": "state",
        "seq": events.current_seq(lesson.id),
        "lesson": lesson_info(lesson, now),
        "labels": [str(emotion) for emotion in EMOTIONS],
        "view": class_view(lesson, now),
        "moods": [mood_info(point) for point in MoodPoint.objects.filter(lesson=lesson)],
        "markers": [marker_info(marker) for marker in lesson.markers.all()],
        "hints": [hint_info(hint) for hint in hints if reveal or hint.participant_id is None],
        "tiles": tiles(lesson, now) if reveal else None,
    }


def bins_by_participant(lesson: Lesson, *, since: datetime | None = None) -> dict[int, list[Bin]]:
    """The stored sums as the rule of persistence reads them, for everybody who has any."""
    rows = RollupBin.objects.filter(lesson=lesson)
    if since is not None:
        rows = rows.filter(starts_at__gte=since)
    bins: dict[int, list[Bin]] = defaultdict(list)
    for row in rows.order_by("starts_at"):
        bins[row.participant_id].append(
            Bin(
                start_s=round((row.starts_at - lesson.started_at).total_seconds()),
                readings=row.readings,
                faces=row.faces,
                engaged=row.engaged,
                drifting=row.drifting,
                away=row.away,
                engagement_permille=row.engagement_sum,
                expressions=row.expressions,
                sad=row.resembling_sad,
            )
        )
    return dict(bins)


def self_report_counts(lesson: Lesson, at: datetime) -> dict[str, int]:
    """How many said what lately. Those who do not share are counted from the minimum group size on."""
    policy = policy_of(lesson)
    minimum = policy.minimum_group_size if policy else 0
    choices = dict(
        Consent.objects.filter(lesson=lesson, ended_at=None).values_list("participant_id", "choice")
    )
    sharing = {one for one, choice in choices.items() if choice == Consent.Choice.OWN_RESULTS}
    everybody = len(choices) - len(sharing) >= minimum
    counts = dict.fromkeys(SelfReport.Kind.values, 0)
    for participant_id, kind in _newest_self_reports(lesson, at).items():
        if participant_id in sharing or (everybody and participant_id in choices):
            counts[kind] += 1
    return counts


def mood_info(point: MoodPoint) -> MoodInfo:
    return {
        "at": point.at.isoformat(),
        "counted": point.counted,
        "unknown": point.unknown,
        "expression_shares": point.expression_shares,
        "expression_spread": point.expression_spread,
        "engagement": point.engagement,
        "engagement_low": point.engagement_low,
        "engagement_high": point.engagement_high,
    }


def marker_info(marker: Marker) -> MarkerInfo:
    return {"id": marker.id, "at": marker.at.isoformat(), "label": marker.label}


def hint_info(hint: Hint) -> HintInfo:
    text = hint.get_kind_display()
    if hint.participant is not None:
        text = f"{hint.participant.display_name}: {text}"
    return {
        "id": hint.id,
        "at": hint.at.isoformat(),
        "kind": hint.kind,
        "text": text,
        "participant": hint.participant_id,
    }


def _fresh(lesson: Lesson) -> timedelta:
    """How old, in lesson time, a measurement may be and still say how somebody is now."""
    return timedelta(seconds=max(FRESH_S, 3 * lesson.interval_ms / 1000, FRESH_REAL_S * lesson.speed))


def _member(consent: Consent, state: ParticipantState | None, fresh_from: datetime) -> Member:
    fresh = state is not None and state.measured_at is not None and state.measured_at >= fresh_from
    return Member(
        participant_id=consent.participant_id,
        shares_own_results=consent.shares_own_results,
        is_fresh=fresh,
        level=Level(state.level) if state and fresh else Level.UNKNOWN,
        engagement=state.engagement if state else None,
        probabilities=tuple(state.probabilities) if state and state.probabilities else None,
    )


def _group(lesson: Lesson) -> Group:
    row = MoodGroup.objects.filter(lesson=lesson).first()
    return Group(frozenset(row.counted), frozenset(row.last_counted)) if row else Group()


def _present(lesson: Lesson, now: datetime) -> int:
    heard_from = lesson.time_at(now - timedelta(seconds=PRESENT_S))
    here = Attendance.objects.filter(lesson=lesson, left_at=None, last_seen_at__gte=heard_from)
    return here.aggregate(count=Count("participant", distinct=True))["count"] or 0


def _hidden(everybody: Sequence[Member], counted: int, minimum: int) -> HiddenBecause | None:
    """Why nothing is shown although cameras are on: too few are, or their group is changing."""
    if counted or not everybody:
        return None
    return "few" if len(everybody) < minimum else "group"


def _covered_bins(lesson: Lesson, measured: dict[int, ParticipantState]) -> dict[int, int]:
    rows = RollupBin.objects.filter(lesson=lesson, participant__in=measured, faces__gt=0)
    return dict(rows.values_list("participant").annotate(count=Count("id")).order_by())


def _newest_self_reports(lesson: Lesson, at: datetime) -> dict[int, str]:
    recent = SelfReport.objects.filter(lesson=lesson, at__gt=at - SELF_REPORT_LASTS)
    return dict(recent.order_by("at", "id").values_list("participant_id", "kind"))


def _tile(
    participant_id: int, name: str, state: ParticipantState | None, coverage: float, said: str | None
) -> TileInfo:
    if state is None:
        return {"id": participant_id, "name": name, "kind": "no_individual_data"}
    return {
        "id": participant_id,
        "name": name,
        "kind": "measured",
        "level": state.level,
        "expression": _expression(state),
        "coverage": round(min(1.0, coverage), 2),
        "self_report": said,
    }


def _expression(state: ParticipantState) -> ExpressionInfo | None:
    if state.probabilities is None or state.faces == 0:
        return None
    confidence = max(state.probabilities)
    label = EMOTIONS[state.probabilities.index(confidence)]
    return {"label": str(label), "confidence": confidence, "uncertain": bool(state.uncertain)}
