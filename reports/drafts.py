"""Drafts of flags: from rollup bins through the pure rule to rows that wait for a person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Sum

from classroom.models import Classroom, Consent, Flag, Lesson, RollupBin
from classroom.models.measurements import BIN_SECONDS
from emotion.persistence import Bin, Finding, FindingKind, FlagThresholds, find
from reports.aggregates import lesson_seconds
from reports.roster import sharing_since

BOUND_OF_SHARE = 0.8
"""The lower bound of the share has to reach this part of the classroom's threshold."""
EARLIER_LESSONS = 10
EVIDENCE = ("share", "lower_bound", "threshold", "minutes", "coverage", "starts_at", "ends_at")

Findings = dict[tuple[int, FindingKind], Finding]
Bins = dict[int, list[Bin]]


def thresholds_of(classroom: Classroom) -> FlagThresholds:
    return FlagThresholds(
        sad_share=classroom.sad_share,
        sad_lower_bound=classroom.sad_share * BOUND_OF_SHARE,
        disengaged_share=classroom.disengaged_share,
        disengaged_lower_bound=classroom.disengaged_share * BOUND_OF_SHARE,
        minutes=classroom.minimum_minutes,
        coverage=classroom.minimum_coverage,
    )


def findings(lesson: Lesson, *, taught_s: int, group_size: int) -> Findings:
    """What the rule finds for those who share; `group_size` is the policy's smallest group."""
    since = sharing_since(lesson.id)
    bins = compared(_bins(lesson), lesson, since, group_size)
    usual = usual_shares(lesson, since)
    found: Findings = {}
    for kind in FindingKind:
        verdicts = find(
            bins,
            kind=kind,
            lesson_s=taught_s,
            thresholds=thresholds_of(lesson.classroom),
            usual_shares=usual[kind],
        )
        found |= {(one, kind): it for one, it in verdicts.items() if one in since and isinstance(it, Finding)}
    return found


def compared(bins: Bins, lesson: Lesson, since: Mapping[int, datetime], group_size: int) -> Bins:
    """Those who share, from when they did; the others only where they are a group that hides each of them."""
    sharing = {
        one: [its for its in bins[one] if its.start_s >= lesson_seconds(lesson, lesson.time_at(shared_at))]
        for one, shared_at in since.items()
        if one in bins
    }
    others = {one: its for one, its in bins.items() if one not in since}
    return sharing | others if len(others) >= group_size else sharing


def usual_shares(lesson: Lesson, participants: Iterable[int]) -> dict[FindingKind, dict[int, float]]:
    """What is usual for each: the share of earlier lessons that were shared.

    A lesson with a flag counts only if a person dismissed it, else what lasts would excuse itself.
    """
    earlier = Lesson.objects.filter(classroom=lesson.classroom_id, started_at__lt=lesson.started_at)
    earlier_ids = list(earlier.order_by("-started_at").values_list("id", flat=True)[:EARLIER_LESSONS])
    shared = _shared_lessons(earlier_ids, participants)
    flagged = _flagged(earlier_ids)
    sums: dict[tuple[FindingKind, int], list[int]] = defaultdict(lambda: [0, 0])
    for lesson_id, one, *counts in _sums(earlier_ids, participants):
        for kind, (part, whole) in zip(FindingKind, (counts[:2], counts[2:]), strict=True):
            if (lesson_id, one) in shared and (lesson_id, one, kind) not in flagged:
                sums[kind, one][0] += part
                sums[kind, one][1] += whole
    return {
        kind: {one: part / whole for (its, one), (part, whole) in sums.items() if its is kind and whole}
        for kind in FindingKind
    }


def write_drafts(lesson: Lesson, found: Findings, now: datetime) -> None:
    """Inside a transaction: flags of `found` as drafts, leaving every reviewed or expired one as it is.

    The consents are locked first, so that a withdrawal is either seen here or deletes what is written.
    """
    sharing = _lock_sharing(lesson.id, {one for one, _kind in found})
    found = {key: finding for key, finding in found.items() if key[0] in sharing}
    existing = {(flag.participant_id, flag.kind): flag for flag in lesson.flags.select_for_update()}
    drafts = {key: flag for key, flag in existing.items() if flag.state == Flag.State.DRAFT}
    Flag.objects.filter(id__in=[flag.id for key, flag in drafts.items() if key not in found]).delete()
    settled = existing.keys() - drafts.keys()
    Flag.objects.bulk_create(
        [_flag(lesson, key[0], finding, now) for key, finding in found.items() if key not in settled],
        update_conflicts=True,
        unique_fields=["lesson", "participant", "kind"],
        update_fields=EVIDENCE,
    )


def _flag(lesson: Lesson, participant_id: int, finding: Finding, now: datetime) -> Flag:
    starts_at, ends_at = (lesson.started_at + timedelta(seconds=s) for s in finding.interval)
    assert lesson.ended_at is not None
    return Flag(
        lesson=lesson,
        participant_id=participant_id,
        kind=finding.kind,
        drafted_at=now,
        share=finding.share,
        lower_bound=finding.lower_bound,
        threshold=finding.threshold,
        minutes=finding.minutes,
        coverage=finding.coverage,
        starts_at=starts_at,
        ends_at=min(ends_at, lesson.ended_at),
    )


def _lock_sharing(lesson_id: int, participants: Iterable[int]) -> set[int]:
    consents = Consent.objects.select_for_update().filter(
        lesson=lesson_id,
        participant__in=participants,
        ended_at=None,
        choice=Consent.Choice.OWN_RESULTS,
    )
    return {consent.participant_id for consent in consents.order_by("id")}


def _bins(lesson: Lesson) -> Bins:
    bins: Bins = defaultdict(list)
    rows = lesson.bins.order_by().values_list(
        "participant_id",
        "starts_at",
        "readings",
        "faces",
        "engaged",
        "drifting",
        "away",
        "engagement_sum",
        "expressions",
        "resembling_sad",
    )
    for participant_id, starts_at, *sums in rows:
        at_s = lesson_seconds(lesson, starts_at) // BIN_SECONDS * BIN_SECONDS
        bins[participant_id].append(Bin(at_s, *sums))
    return bins


def _shared_lessons(lesson_ids: list[int], participants: Iterable[int]) -> set[tuple[int, int]]:
    consents = Consent.objects.filter(
        lesson__in=lesson_ids,
        participant__in=list(participants),
        ended_at=None,
        choice=Consent.Choice.OWN_RESULTS,
    )
    return set(consents.values_list("lesson_id", "participant_id"))


def _flagged(lesson_ids: list[int]) -> set[tuple[int, int, str]]:
    flags = Flag.objects.filter(lesson__in=lesson_ids).exclude(state=Flag.State.DISMISSED)
    return set(flags.values_list("lesson_id", "participant_id", "kind"))


def _sums(lesson_ids: list[int], participants: Iterable[int]) -> Iterable[tuple[int, ...]]:
    """Lesson, participant, and part and whole of each kind in the order of FindingKind."""
    rows = RollupBin.objects.filter(lesson__in=lesson_ids, participant__in=list(participants))
    return (
        rows.values("lesson_id", "participant_id")
        .annotate(
            sad=Sum("resembling_sad"),
            read=Sum("expressions"),
            not_with_you=Sum("drifting") + Sum("away"),
            judged=Sum("engaged") + Sum("drifting") + Sum("away"),
        )
        .order_by()
        .values_list("lesson_id", "participant_id", "sad", "read", "not_with_you", "judged")
    )
