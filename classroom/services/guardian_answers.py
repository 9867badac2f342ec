"""What a guardian answers, and that it holds at once."""

import secrets
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from classroom import disclosure, queries
from classroom.errors import GuardianLinkClosed, NoGuardianNeeded, PlaceGone, TermsChanged
from classroom.models import (
    AccountChange,
    Consent,
    GuardianAnswer,
    GuardianLink,
    Lesson,
    Participant,
    User,
)
from classroom.models.accounts import digest_of
from classroom.models.guardians import GUARDIAN_VERSION
from classroom.services.account_log import log_change
from classroom.services.consents import end_seats, withdraw_consent
from classroom.services.guardians import Ward, hold_classes, link_to_use, ward_of
from classroom.terms import Terms
from classroom.wire import events


def answer_guardian(
    *, link_id: int, choice: str, name: str, relation: str, read: Terms, now: datetime
) -> tuple[GuardianAnswer, str]:
    """The answer to a link that asks, which ends with it; and the token of the link that stays with whoever
    answered, told here and never again.

    `choice` without a camera refuses. `read` are the terms that were read: nobody agrees to words that came
    after. Raises GuardianLinkClosed, NoGuardianNeeded, SchoolHasToAsk, TermsChanged.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        link = link_to_use(link_id)
        if not link.is_open_at(now) or link.is_own:
            raise GuardianLinkClosed
        ward = ward_of(link)
        link.used_at = now
        link.save(update_fields=["used_at"])
        own = GuardianLink.objects.create(
            **_child(ward),
            token_digest=digest_of(token),
            is_own=True,
            by_school=link.by_school,
            made_at=now,
        )
        answer = _record(ward, choice, read=read, now=now, link=own, guardian_name=name, relation=relation)
    return answer, token


def change_answer(
    *, link_id: int, choice: str, name: str, relation: str, read: Terms, now: datetime
) -> GuardianAnswer:
    """Another answer by the link that stayed.

    Raises GuardianLinkClosed, NoGuardianNeeded, SchoolHasToAsk, TermsChanged.
    """
    with transaction.atomic():
        ward = _own_ward(link_id, now)
        if not disclosure.needs_guardian(ward.policy, ward.place):
            raise NoGuardianNeeded
        ward.check_may_agree()
        return _record(
            ward, choice, read=read, now=now, link=ward.link, guardian_name=name, relation=relation
        )


def withdraw_answer(*, link_id: int, erases: bool, now: datetime) -> GuardianAnswer:
    """Nothing is read of the child from now on; with `erases` also what was read until now is deleted, in
    every lesson, as the child's own withdrawal deletes it. Raises GuardianLinkClosed."""
    with transaction.atomic():
        ward = _own_ward(link_id, now)
        last = GuardianAnswer.objects.filter(link=link_id).order_by("at", "id").last()
        answer = GuardianAnswer.objects.create(
            **_child(ward),
            **_terms(ward.policy.terms),
            link=ward.link,
            kind=GuardianAnswer.Kind.WITHDRAWN,
            choice=Consent.Choice.NO_CAMERA,
            language=_language(),
            guardian_name=last.guardian_name if last else "",
            relation=last.relation if last else "",
            has_erased=erases,
            at=now,
        )
        _end_uncovered(ward.places, now)
        if erases:
            _erase_measured(ward.places, now)
    return answer


def record_on_paper(
    *,
    place: Participant,
    by: User,
    choice: str,
    name: str,
    relation: str,
    signed_on: date,
    kept_at: str,
    now: datetime,
) -> GuardianAnswer:
    """What a guardian signed on paper, as an administrator found it; it is logged who recorded it.

    `place` with its classroom and school. Raises PlaceGone, NoGuardianNeeded.
    """
    with transaction.atomic():
        policy = queries.policy_chosen(place.classroom.school)
        if policy is None or not disclosure.needs_guardian(policy, place):
            raise NoGuardianNeeded
        child = GuardianLink(**GuardianLink.child(place, place.classroom.school_id))
        hold_classes(child)
        ward = Ward(child, tuple(queries.places_of_child(child)), policy)
        if place not in ward.places:
            raise PlaceGone
        answer = _record(
            ward,
            choice,
            read=policy.terms,
            now=now,
            guardian_name=name,
            relation=relation,
            signed_on=signed_on,
            kept_at=kept_at,
            recorded_by=by,
            recorded_by_name=by.shown_name,
        )
        kind, classroom = AccountChange.Kind.PAPER, place.classroom
        log_change(school=classroom.school, kind=kind, actor=by, detail=classroom.name, now=now)
    return answer


def narrow_answer(*, answer_id: int, choice: str, now: datetime) -> bool:
    """Once more what a guardian answered after a backup: no more than `choice` from now on.

    In the words of the answer that the backup holds; False where that is gone with its child.
    """
    with transaction.atomic():
        answer = GuardianAnswer.objects.select_related("school").filter(id=answer_id).first()
        if answer is None:
            return False
        hold_classes(answer)
        agrees = choice != Consent.Choice.NO_CAMERA
        answer.pk, answer.choice, answer.at = None, choice, now
        answer.kind = GuardianAnswer.Kind.AGREED if agrees else GuardianAnswer.Kind.WITHDRAWN
        answer.save(force_insert=True)
        _end_uncovered(queries.places_of_child(answer), now)
    return True


def log_look_at_answer(*, place: Participant, by: User, now: datetime) -> None:
    """Before it is shown to an administrator; the log names the class, never the child."""
    kind, classroom = AccountChange.Kind.GUARDIAN_SEEN, place.classroom
    log_change(school=classroom.school, kind=kind, actor=by, detail=classroom.name, now=now)


def end_unguarded(*, school_id: int, now: datetime) -> None:
    """Guardians are asked from now on: in open lessons nothing is told any more of whom nobody agreed for."""
    places = Participant.objects.filter(
        consents__lesson__in=Lesson.objects.open().filter(classroom__school=school_id),
        is_simulated=False,
        is_trial=False,
    )
    _end_uncovered(places.distinct().order_by("id"), now)


def _own_ward(link_id: int, now: datetime) -> Ward:
    link = link_to_use(link_id)
    if not link.is_own or not link.is_open_at(now):
        raise GuardianLinkClosed
    return ward_of(link)


def _record(ward: Ward, choice: str, *, read: Terms, now: datetime, **fields: Any) -> GuardianAnswer:
    if read != ward.policy.terms:
        raise TermsChanged
    offered = disclosure.ways_of_guardian(ward.policy)
    asked = Consent.Choice(choice) if choice in offered else Consent.Choice.NO_CAMERA
    agrees = asked != Consent.Choice.NO_CAMERA
    answer = GuardianAnswer.objects.create(
        **_child(ward),
        **_terms(read),
        kind=GuardianAnswer.Kind.AGREED if agrees else GuardianAnswer.Kind.REFUSED,
        choice=asked,
        version=GUARDIAN_VERSION,
        language=_language(),
        at=now,
        **fields,
    )
    _end_uncovered(ward.places, now)
    return answer


def _terms(terms: Terms) -> dict[str, object]:
    return {
        "signals": sorted(terms.signals),
        "readers": sorted(terms.readers),
        "retention_days": terms.retention_days,
        "sums_days": terms.sums_days,
        "minimum_group_size": terms.minimum_group_size,
        "counted": terms.counted,
    }


def _child(ward: Ward) -> dict[str, Any]:
    return {name: getattr(ward.link, name) for name in ("school_id", "user_id", "participant_id")}


def _language() -> str:
    return get_language() or ""


def _end_uncovered(places: Any, now: datetime) -> None:
    """Choices of open lessons that the guardian no longer allows end: the student chooses again.

    Each open lesson of the class is locked, then the consents, as whoever chooses or records locks them: a
    choice that is being made is waited for.
    """
    for place in places:
        open_now = Lesson.objects.open().filter(classroom=place.classroom_id)
        for lesson_id in sorted(open_now.values_list("id", flat=True)):
            _end_uncovered_in(lesson_id, place, now)


def _end_uncovered_in(lesson_id: int, place: Participant, now: datetime) -> None:
    with transaction.atomic():
        lessons = Lesson.objects.select_for_update(no_key=True, of=("self",))
        lesson = lessons.select_related("classroom__school__policy").get(id=lesson_id)
        own = Consent.objects.active().filter(lesson=lesson, participant=place)
        given = list(own.select_for_update(of=("self",)).select_related("participant"))
        cameras = queries.cameras_under(lesson, given)
        uncovered = [one.id for one in given if cameras[one.id].refusal == "no_guardian"]
        if not uncovered:
            return
        own.filter(id__in=uncovered).update(ended_at=now)
        transaction.on_commit(partial(end_seats, lesson_id, place.id, events.RESEATED_CODE))


def _erase_measured(places: Any, now: datetime) -> None:
    for place in places:
        camera = Consent.objects.given_here().filter(participant=place)
        camera = camera.exclude(choice=Consent.Choice.NO_CAMERA)
        for lesson_id in sorted(set(camera.values_list("lesson", flat=True))):
            withdraw_consent(lesson_id=lesson_id, participant_id=place.id, now=now)
