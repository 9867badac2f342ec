"""When class-only members are counted, and with whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from emotion.judgement.engagement import Level

GRID = timedelta(seconds=30)
"""A figure that includes class-only members changes on this grid only."""

QUIET = timedelta(seconds=60)
"""The group is formed when nobody joined for so long ..."""

FORMED_WITHIN = timedelta(minutes=5)
"""... and at latest so long after enough could have been counted."""

HELD = timedelta(minutes=10)
"""With fewer than the minimum fresh for so long, the group is not counted."""


@dataclass(frozen=True, slots=True)
class Member:
    """One whose camera counts. `level` and `probabilities` are the last values with a face.

    `is_fresh` says that they are recent enough to be how somebody is now. `joined_at` is when this one came
    to the lesson first, whatever the way, in real time.
    """

    participant_id: int
    is_fresh: bool
    level: Level
    probabilities: tuple[float, ...] | None = None
    joined_at: datetime | None = None

    @property
    def says_anything(self) -> bool:
        return self.level is not Level.UNKNOWN or self.probabilities is not None


@dataclass(frozen=True, slots=True)
class Group:
    """Class-only members counted now, those counted last, and the steps that decide when they are.

    `ready_at` is since when enough could be counted, `fresh_at` the last step at which enough were fresh.
    `sent_out` is how many a teacher blocked or removed, `sent_out_at` when the last of them, in real time.
    """

    counted: frozenset[int] = frozenset()
    last_counted: frozenset[int] = frozenset()
    ready_at: datetime | None = None
    fresh_at: datetime | None = None
    sent_out: int = 0
    sent_out_at: datetime | None = None

    def speaks(self, at: datetime) -> bool:
        """Whether the group is part of a figure at the step `at`."""
        return bool(self.counted) and self.fresh_at is not None and at - self.fresh_at < HELD

    def without(self, participant_id: int) -> "Group":
        """After a withdrawal: nobody is counted, and no id is kept, but the gap it leaves is."""
        gone = frozenset({participant_id})
        mark = frozenset({min([0, *self.last_counted]) - 1})
        last = self.last_counted - gone | mark if gone <= self.last_counted else self.last_counted
        counted = frozenset() if gone <= self.counted else self.counted
        return replace(self, counted=counted, last_counted=last)

    def sending_out(self, participant_id: int, now: datetime) -> "Group":
        """After somebody was blocked or removed: nobody is counted, whoever it was.

        Else a teacher would learn who is class-only by sending out one after the other, or by letting them in
        again: see `is_new`.
        """
        last = self.last_counted - {participant_id}
        return replace(
            self, counted=frozenset(), last_counted=last, sent_out=self.sent_out + 1, sent_out_at=now
        )


def stepped(
    group: Group, candidates: Sequence[Member], *, at: datetime, last_joined_at: datetime | None, minimum: int
) -> Group:
    """The group at the step `at` of the grid.

    `candidates` are all class-only participants who count; `last_joined_at` is when anybody at all joined
    last. Members come in at least `minimum` at a time; one who withdraws or changes the way dissolves the
    group; whoever covers the camera or leaves stays in it with the last value.
    """
    consenting = frozenset(member.participant_id for member in candidates)
    fresh = frozenset(m.participant_id for m in candidates if m.is_fresh and m.says_anything)
    if not group.counted <= consenting:
        group = replace(group, counted=frozenset(), fresh_at=None)
    coming = fresh - group.counted
    entering = [member for member in candidates if member.participant_id in coming]
    if not _may_enter(group, entering, minimum):
        group = replace(group, ready_at=None)
    else:
        group = replace(group, ready_at=group.ready_at or at)
        if _is_time(group, at, last_joined_at):
            counted = group.counted | fresh
            group = replace(group, counted=counted, last_counted=counted, ready_at=None)
    is_fresh = len(group.counted & fresh) >= minimum
    return replace(group, fresh_at=at) if is_fresh else group


def _may_enter(group: Group, entering: Sequence[Member], minimum: int) -> bool:
    """Enough at once, and against the group that was shown last none or enough changed."""
    changed = (group.counted | {member.participant_id for member in entering}) ^ group.last_counted
    newcomers = [member for member in entering if is_new(member, group)]
    return len(newcomers) >= minimum + group.sent_out and (not changed or len(changed) >= minimum)


def is_new(member: Member, group: Group) -> bool:
    """Whom no teacher can have sent out and let in again, but under another name.

    So of these there have to be as many more as were sent out.
    """
    if group.sent_out_at is None:
        return True
    return member.joined_at is not None and member.joined_at > group.sent_out_at


def _is_time(group: Group, at: datetime, last_joined_at: datetime | None) -> bool:
    assert group.ready_at is not None
    is_quiet = last_joined_at is None or at - last_joined_at >= QUIET
    return is_quiet or at - group.ready_at >= FORMED_WITHIN
