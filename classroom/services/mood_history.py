"""What was told of the class, told again without somebody who withdrew."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from classroom import disclosure, queries
from classroom.disclosure import Group, Member
from classroom.models import Consent, Lesson, MoodGroup, MoodPoint, Participant, RollupBin
from classroom.mood import Sharer, shared_figures
from classroom.partitions import months_of
from classroom.services.counted import announce_counted
from classroom.wire.messages import SharedInfo
from emotion.judgement.engagement import Level
from emotion.judgement.persistence import BIN_S

STEP = timedelta(seconds=BIN_S)


def leave_group(lesson: Lesson, participant_id: int) -> None:
    """Forget that a participant was counted. The words stand until the next step, as after every change."""
    told = MoodGroup.objects.select_for_update().filter(lesson=lesson).first()
    if told is not None:
        _regroup(told, queries.group_of(told).without(participant_id))


def send_out(lesson: Lesson, participant: Participant, now: datetime) -> None:
    """The same, where a teacher says so: alike whether the participant was counted or not. No trial is.

    Before anybody was counted too: who is counted first would else tell the same.
    """
    if participant.is_trial or not lesson.is_open:
        return
    told, _created = MoodGroup.objects.select_for_update().get_or_create(lesson=lesson)
    _regroup(told, queries.group_of(told).sending_out(participant.id, now))


def _regroup(told: MoodGroup, left: Group) -> None:
    before = frozenset(told.counted)
    told.counted, told.last_counted = sorted(left.counted), sorted(left.last_counted)
    told.sent_out, told.sent_out_at = left.sent_out, left.sent_out_at
    told.save(update_fields=["counted", "last_counted", "sent_out", "sent_out_at"])
    announce_counted(told.lesson, before, left.counted, {})  # whoever is left is nobody or unchanged


def restate_shared(lesson: Lesson) -> None:
    """Tell the figures of those who share again, from the ten-second sums of those who still do.

    Only steps that told some are told again, and nothing where fewer than the smallest group are left.
    """
    points = list(MoodPoint.objects.filter(lesson=lesson, shared__isnull=False))
    told = MoodGroup.objects.select_for_update().filter(lesson=lesson, shared__isnull=False).first()
    steps = _Steps(lesson)
    for point in points:
        point.shared = steps.figures(point.at)
    MoodPoint.objects.bulk_update(points, ["shared"], batch_size=500)
    if told is not None and told.shared_at is not None:
        told.shared = steps.figures(told.shared_at)
        told.save(update_fields=["shared"])


class _Steps:
    """The sums of those who share now, by the step that told them: the ten seconds before it."""

    def __init__(self, lesson: Lesson) -> None:
        consents = list(Consent.objects.filter(lesson=lesson))
        self.policy = policy = queries.policy_of(lesson)
        self.minimum = disclosure.smallest_group(policy, _active(consents)) if policy else 0
        counting = {one.participant_id for one in disclosure.counting(_active(consents), policy)}
        since = disclosure.shared_since(sorted(consents, key=lambda one: (one.given_at, one.id)))
        self.rows = _by_step(lesson, {one: lesson.time_at(since[one]) for one in since.keys() & counting})

    def figures(self, at: datetime) -> SharedInfo | None:
        if self.policy is None:
            return None
        figures = shared_figures([_sharer(row) for row in self.rows.get(at, [])], self.minimum)
        return queries.shared_info(figures) if figures else None


def _active(consents: list[Consent]) -> list[Consent]:
    return [one for one in consents if one.ended_at is None]


def _by_step(lesson: Lesson, since: Mapping[int, datetime]) -> dict[datetime, list[RollupBin]]:
    found: dict[datetime, list[RollupBin]] = defaultdict(list)
    for row in RollupBin.objects.filter(months_of(lesson, RollupBin), lesson=lesson, participant__in=since):
        if row.starts_at >= since[row.participant_id]:
            found[row.starts_at + STEP].append(row)
    return found


def _sharer(row: RollupBin) -> Sharer:
    levels = {Level.ENGAGED: row.engaged, Level.DRIFTING: row.drifting, Level.AWAY: row.away}
    level = max(levels, key=levels.__getitem__) if any(levels.values()) else Level.UNKNOWN
    probabilities = None
    if row.expressions:
        probabilities = tuple(total / 1000 / row.expressions for total in row.expression_sums)
    engagement = row.engagement_permille / 1000 / row.engagements if row.engagements else None
    return Sharer(Member(row.participant_id, True, level, probabilities), engagement)
