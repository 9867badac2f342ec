"""Drafts of flags: from rollup bins through the pure rule to rows that wait for a person."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from classroom import queries
from classroom.disclosure import RESTS_ON
from classroom.models import Consent, Flag, Lesson, SelfReport
from classroom.queries.evidence import Findings, shared_bins, shared_since
from emotion.judgement.disagreement import Tap, is_contradicted
from emotion.judgement.persistence import Finding, FindingKind
from reports.shown import shown_signals
from reports.taps import own_taps

EVIDENCE = ("state", "share", "lower_bound", "threshold", "minutes", "coverage", "starts_at", "ends_at")

WRITTEN_AGAIN = (Flag.State.DRAFT, Flag.State.SUPPRESSED)

Contradicted = AbstractSet[tuple[int, FindingKind]]


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


def contradicted(lesson: Lesson, found: Findings) -> Contradicted:
    """Those against which speaks what the student said."""
    taps = {
        one: [Tap(lesson.seconds_at(tap.at), tap.kind == SelfReport.Kind.FOLLOWING) for tap in its]
        for one, its in own_taps(lesson).items()
    }
    since = {one: at for one, at in shared_since(lesson).items() if taps.get(one)}
    bins = shared_bins(lesson, {one: since[one] for one, _kind in found if one in since})
    return {(one, kind) for one, kind in found if one in bins and is_contradicted(kind, bins[one], taps[one])}


def write_drafts(lesson: Lesson, found: Findings, now: datetime, against: Contradicted = frozenset()) -> None:
    """Inside a transaction: flags of `found` as drafts, leaving every reviewed or expired one as it is.

    Those that are `against` what the student said are kept beside them and wait for nobody.

    The consents are locked first, so that a withdrawal is either seen here or deletes what is written.
    """
    sharing = _lock_sharing(lesson.id, {one for one, _kind in found})
    found = {key: finding for key, finding in found.items() if key[0] in sharing}
    existing = {(flag.participant_id, flag.kind): flag for flag in lesson.flags.select_for_update()}
    drafts = {key: flag for key, flag in existing.items() if flag.state in WRITTEN_AGAIN}
    Flag.objects.filter(id__in=[flag.id for key, flag in drafts.items() if key not in found]).delete()
    settled = existing.keys() - drafts.keys()
    Flag.objects.bulk_create(
        [
            _flag(lesson, key[0], finding, now, is_against=key in against)
            for key, finding in found.items()
            if key not in settled
        ],
        update_conflicts=True,
        unique_fields=["lesson", "participant", "kind"],
        update_fields=EVIDENCE,
    )


def _flag(lesson: Lesson, participant_id: int, finding: Finding, now: datetime, *, is_against: bool) -> Flag:
    starts_at, ends_at = (lesson.started_at + timedelta(seconds=s) for s in finding.interval)
    assert lesson.ended_at is not None
    return Flag(
        lesson=lesson,
        participant_id=participant_id,
        kind=finding.kind,
        state=Flag.State.SUPPRESSED if is_against else Flag.State.DRAFT,
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
