"""That somebody of a learning platform's course has erased the own place: no roster brings the name back."""

import hashlib
import hmac
from collections.abc import Collection

from classroom.models import ErasedMember, Participant, PlatformAccount, PlatformClass, User
from classroom.sealed import key_for


def note_erased(participant: Participant) -> None:
    """Inside the transaction that erases the place; nothing where its class is no course of a platform."""
    course = PlatformClass.objects.filter(classroom=participant.classroom_id).first()
    if course is None:
        return
    accounts = PlatformAccount.objects.filter(platform=course.platform_id, role=User.Role.STUDENT)
    own = accounts.filter(user=participant.user_id) if participant.user_id else accounts.none()
    # A guest who typed a name of the course's roster has the place that waited under the number.
    subjects = {*own.values_list("subject", flat=True), participant.platform_subject} - {""}
    ErasedMember.objects.bulk_create(
        [ErasedMember(platform_class=course, digest=_digest(course, one)) for one in sorted(subjects)],
        ignore_conflicts=True,
    )


def note_again(course: PlatformClass, digest: str) -> bool:
    """After a restore. The name that waits on the roster goes; whether it had not been noted."""
    waiting = Participant.objects.filter(classroom=course.classroom_id, is_expected=True)
    named = waiting.exclude(platform_subject="").values_list("id", "platform_subject")
    own = [number for number, subject in named if _digest(course, subject) == digest]
    waiting.filter(id__in=own).delete()
    return ErasedMember.objects.get_or_create(platform_class=course, digest=digest)[1]


def forget_erased(course: PlatformClass, subject: str) -> None:
    """Who comes again by a click of their own is one of the course as everybody is."""
    ErasedMember.objects.filter(platform_class=course, digest=_digest(course, subject)).delete()


def erased_among(course: PlatformClass, subjects: Collection[str]) -> set[str]:
    """Those of these numbers whose people have erased their place in the course."""
    digests = set(ErasedMember.objects.filter(platform_class=course).values_list("digest", flat=True))
    return {one for one in subjects if digests and _digest(course, one) in digests}


def _digest(course: PlatformClass, subject: str) -> str:
    """Nobody but this server can tell whose it is, and one person has another in each course."""
    key = key_for(f"erased members of course {course.pk}")
    return hmac.digest(key, subject.encode(), hashlib.sha256).hex()
