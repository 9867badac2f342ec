"""What lasted, of those who show their own results: one way from sums to findings, for hints and flags."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db.models import Sum

from classroom import disclosure
from classroom.models import Classroom, Consent, Flag, Lesson, Reading, RollupBin
from classroom.models.measurements import COUNTS
from classroom.partitions import months_of
from classroom.terms import Reader
from emotion.judgement.persistence import (
    DEFAULT_THRESHOLDS,
    HINT_THRESHOLDS,
    Bin,
    Finding,
    FindingKind,
    FlagThresholds,
    find,
)

SAD_BOUND_OF_SHARE = DEFAULT_THRESHOLDS.sad_lower_bound / DEFAULT_THRESHOLDS.sad_share
DISENGAGED_BOUND_OF_SHARE = DEFAULT_THRESHOLDS.disengaged_lower_bound / DEFAULT_THRESHOLDS.disengaged_share
"""The lower bound of the share has to reach this part of the classroom's threshold."""
EARLIER_LESSONS = 10
NO_FLAG = (Flag.State.DISMISSED, Flag.State.SUPPRESSED)

Findings = dict[tuple[int, FindingKind], Finding]


def thresholds_of(classroom: Classroom) -> FlagThresholds:
    return FlagThresholds(
        sad_share=classroom.sad_share,
        sad_lower_bound=classroom.sad_share * SAD_BOUND_OF_SHARE,
        disengaged_share=classroom.disengaged_share,
        disengaged_lower_bound=classroom.disengaged_share * DISENGAGED_BOUND_OF_SHARE,
        minutes=classroom.minimum_minutes,
        coverage=classroom.minimum_coverage,
    )


def hint_thresholds_of(classroom: Classroom) -> FlagThresholds:
    """As for a flag, but sooner; the coverage is of the ten minutes that a hint looks at."""
    return replace(thresholds_of(classroom), minutes=HINT_THRESHOLDS.minutes)


def findings(
    lesson: Lesson,
    since: Mapping[int, datetime],
    *,
    lesson_s: float,
    thresholds: FlagThresholds,
    from_at: datetime | None = None,
) -> Findings:
    """What the rule finds for those who share, on what was measured since they do.

    `since` is when each began to share; `from_at` leaves out what is older, and `lesson_s` is the time that
    the rest could cover, pauses left out. Nobody else is compared with: the threshold that is told would
    else carry their median.
    """
    bins = shared_bins(lesson, since, from_at=from_at)
    usual: dict[FindingKind, dict[int, float]] = {}
    found: Findings = {}
    for kind in FindingKind:
        verdicts = find(bins, kind=kind, lesson_s=lesson_s, thresholds=thresholds)
        if _found(verdicts):
            usual = usual or usual_shares(lesson, since)
            verdicts = find(
                bins, kind=kind, lesson_s=lesson_s, thresholds=thresholds, usual_shares=usual[kind]
            )
        found |= {(one, kind): finding for one, finding in _found(verdicts).items()}
    return found


def shared_since(lesson: Lesson) -> dict[int, datetime]:
    """Since when each shows own results, in real time."""
    return disclosure.shared_since(Consent.objects.filter(lesson=lesson).order_by("given_at", "id"))


def shared_bins(
    lesson: Lesson, since: Mapping[int, datetime], *, from_at: datetime | None = None
) -> dict[int, list[Bin]]:
    """The stored sums of those who share, from when they did, as the rule of persistence reads them."""
    its = months_of(lesson, RollupBin)
    bins_of = RollupBin.objects.filter(its, lesson=lesson, participant__in=list(since)).order_by("starts_at")
    if from_at is not None:
        bins_of = bins_of.filter(starts_at__gte=from_at)
    rows = bins_of.values_list("participant_id", "starts_at", *COUNTS)
    shared_from = {one: lesson.time_at(shared_at) for one, shared_at in since.items()}
    bins: dict[int, list[Bin]] = defaultdict(list)
    for one, starts_at, *counts in rows:
        if starts_at >= shared_from[one]:
            bins[one].append(Bin(round(lesson.seconds_at(starts_at)), *counts))
    return dict(bins)


def read_in_browsers(lesson: Lesson, participants: Collection[int]) -> frozenset[int]:
    """Of whom readings came from the own browser: sums do not say so, and are kept for longer. Once the
    readings are deleted, those who agreed to no other place."""
    its = months_of(lesson, Reading)
    readings = Reading.objects.filter(its, lesson=lesson, participant__in=participants, reader=Reader.BROWSER)
    consents = Consent.objects.sharing().filter(lesson=lesson, participant__in=participants)
    only = consents.filter(readers=[Reader.BROWSER])
    found = readings.order_by().values_list("participant_id", flat=True).distinct()
    return frozenset(found) | frozenset(only.values_list("participant_id", flat=True))


def usual_shares(lesson: Lesson, participants: Iterable[int]) -> dict[FindingKind, dict[int, float]]:
    """What is usual for each: the share of earlier lessons that were shared.

    A lesson with a flag counts only if it was dismissed or not drafted, else what lasts would excuse itself.
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


def _found(verdicts: Mapping[int, object]) -> dict[int, Finding]:
    return {one: it for one, it in verdicts.items() if isinstance(it, Finding)}


def _shared_lessons(lesson_ids: list[int], participants: Iterable[int]) -> set[tuple[int, int]]:
    consents = Consent.objects.sharing().filter(lesson__in=lesson_ids, participant__in=list(participants))
    return set(consents.values_list("lesson_id", "participant_id"))


def _flagged(lesson_ids: list[int]) -> set[tuple[int, int, str]]:
    flags = Flag.objects.filter(lesson__in=lesson_ids).exclude(state__in=NO_FLAG)
    return set(flags.values_list("lesson_id", "participant_id", "kind"))


def _sums(lesson_ids: list[int], participants: Iterable[int]) -> Iterable[tuple[int, ...]]:
    """Lesson, participant, and part and whole of each kind in the order of FindingKind."""
    rows = RollupBin.objects.filter(lesson__in=lesson_ids, participant__in=list(participants))
    return (
        rows.values("lesson_id", "participant_id")
        .annotate(
            its_sad=Sum("sad"),
            its_read=Sum("expressions"),
            its_not_with_you=Sum("drifting") + Sum("away"),
            its_judged=Sum("engaged") + Sum("drifting") + Sum("away"),
        )
        .order_by()
        .values_list("lesson_id", "participant_id", "its_sad", "its_read", "its_not_with_you", "its_judged")
    )
