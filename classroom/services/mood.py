"""One step of the live class: at most one in 300 ms for all viewers, the mood on its ten-second grid."""

from datetime import datetime, timedelta

from django.db import transaction

from classroom import events, queries
from classroom.models import Lesson, MoodGroup, MoodPoint
from classroom.models.measurements import BIN_SECONDS
from classroom.mood import Group, Mood, consensus, contributors, regroup
from classroom.services.hints import give_hint


def tick(*, lesson_id: int, now: datetime) -> None:
    """Send the class view to all viewers, if nobody else did so just now."""
    if not events.win_tick(lesson_id):
        return
    lesson = Lesson.objects.select_related("classroom__school__policy").get(id=lesson_id)
    if not lesson.is_open:
        return
    _step_grid(lesson, now)
    events.announce_to_teachers(
        lesson_id,
        {"type": "view", "now": lesson.time_at(now).isoformat(), "view": queries.class_view(lesson, now)},
    )
    looked_at = events.somebody_reveals(lesson_id)
    if looked_at and (changed := events.changed_tiles(lesson_id, queries.tiles(lesson, now))):
        events.announce_to_revealing(lesson_id, {"type": "tiles", "tiles": changed})


def _step_grid(lesson: Lesson, now: datetime) -> None:
    """Write the mood of the newest grid step once."""
    policy = queries.policy_of(lesson)
    elapsed_s = (lesson.time_at(now) - lesson.started_at).total_seconds()
    at = lesson.started_at + timedelta(seconds=elapsed_s // BIN_SECONDS * BIN_SECONDS)
    if policy is None or MoodPoint.objects.filter(lesson=lesson, at__gte=at).exists():
        return
    with transaction.atomic():
        MoodGroup.objects.get_or_create(lesson=lesson)
        row = MoodGroup.objects.select_for_update().get(lesson=lesson)
        if MoodPoint.objects.filter(lesson=lesson, at__gte=at).exists():
            return
        members = queries.members(lesson, now)
        class_only = [m.participant_id for m in members if not m.shares_own_results]
        before = Group(frozenset(row.counted), frozenset(row.last_counted))
        group = regroup(before, class_only, policy.minimum_group_size)
        row.counted, row.last_counted = sorted(group.counted), sorted(group.last_counted)
        row.save()
        mood = consensus(contributors(members, group, policy.minimum_group_size))
        _point(lesson, at, mood, unknown=len(members) - mood.counted).save()
        give_hint(lesson=lesson, members=members, mood=mood, now=now)


def _point(lesson: Lesson, at: datetime, mood: Mood, *, unknown: int) -> MoodPoint:
    return MoodPoint(
        lesson=lesson,
        at=at,
        counted=mood.counted,
        unknown=unknown,
        expression_shares=list(mood.expression_shares) if mood.expression_shares else None,
        expression_spread=mood.expression_spread,
        engagement=mood.engagement,
        engagement_low=mood.engagement_low,
        engagement_high=mood.engagement_high,
    )
