"""Drafts of flags: from rollup bins through the pure rule to rows that wait for a person."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from classroom import queries
from classroom.disclosure import RESTS_ON
from classroom.models import Consent, Flag, Lesson
from classroom.queries.evidence import Findings, shared_since
from emotion.judgement.persistence import Finding
from reports.shown import shown_signals

EVIDENCE = ("share", "lower_bound", "threshold", "minutes", "coverage", "starts_at", "ends_at")


def findings(lesson: Lesson, *, taught_s: int) -> Findings:
    """What the rule finds for those who share, and may be shown."""
    shown = shown_signals(lesson)
    found = queries.findings(
        lesson,
        shared_since(lesson),
        lesson_s=taught_s,
        thresholds=queries.thresholds_of(lesson.classroom),
    )
    return {
        (one, kind): finding
        for (one, kind), finding in found.items()
        if RESTS_ON[Flag.Kind(kind)] in shown.get(one, ())
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
    consents = Consent.objects.sharing().filter(lesson=lesson_id, participant__in=participants)
    return {consent.participant_id for consent in consents.select_for_update().order_by("id")}
