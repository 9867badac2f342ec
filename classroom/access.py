"""One function for each right, used by views and sockets alike. A right that is missing is a 404."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self, TypeVar, cast

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import Http404

from classroom.access_log import log_looks
from classroom.models import (
    ApiToken,
    Classroom,
    Consent,
    Flag,
    Invitation,
    Lesson,
    Participant,
    Platform,
    PlatformClass,
    RecordStore,
    School,
    User,
    Webhook,
)
from classroom.models.reviews import Place

GUEST_COOKIE_MAX_AGE = 120 * 24 * 3600
GUEST_COOKIE_SALT = "classroom.guest"
GUEST_COOKIE_PREFIX = "participant-"

Visitor = User | AnonymousUser
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class GuestKey:
    """What a guest's cookie holds: it opens the place as long as nobody took that over since."""

    participant_id: int
    held_since: datetime | None

    @classmethod
    def of(cls, place: Participant) -> Self:
        return cls(place.id, place.held_since)


def is_barred(user: Visitor) -> bool:
    """Of a suspended school. Whoever runs the platform keeps the way in: somebody has to end it."""
    if not isinstance(user, User) or user.is_superuser or user.school is None:
        return False
    return user.school.suspended_at is not None


def require_teacher(user: Visitor) -> User:
    if isinstance(user, User) and user.is_teacher:
        return user
    raise Http404


def require_admin(user: Visitor) -> User:
    if isinstance(user, User) and user.is_admin:
        return user
    raise Http404


def school_administered_by(user: Visitor) -> School:
    if (school := require_admin(user).school) is None:
        raise Http404
    return school


def member_of_staff(user: Visitor) -> tuple[User, School]:
    """A teacher or administrator, with the school."""
    if isinstance(user, User) and (user.is_teacher or user.is_admin) and user.school is not None:
        return user, user.school
    raise Http404


def own_webhook(user: Visitor, webhook_id: int) -> Webhook:
    """The owner's, in the school where it was made: whoever left that leaves it behind."""
    owner, school = member_of_staff(user)
    webhooks = Webhook.objects.select_related("owner", "school").filter(owner=owner, school=school)
    return _found(webhooks.filter(id=webhook_id))


def tokens_of_school(user: Visitor) -> QuerySet[ApiToken]:
    """Those of its people, for an administrator to see and revoke; by owner."""
    school = school_administered_by(user)
    found = ApiToken.objects.select_related("owner").filter(owner__school=school)
    return _but_of_platform(found, user).order_by("owner__last_name", "owner__username", "-id")


def webhooks_of_school(user: Visitor) -> QuerySet[Webhook]:
    school = school_administered_by(user)
    found = Webhook.objects.select_related("owner", "school").filter(school=school)
    return _but_of_platform(found, user).order_by("owner__last_name", "owner__username", "-id")


def token_to_end(user: Visitor, token_id: int) -> ApiToken:
    return _found(tokens_of_school(user).filter(id=token_id))


def webhook_to_end(user: Visitor, webhook_id: int) -> Webhook:
    return _found(webhooks_of_school(user).filter(id=webhook_id))


def record_store_to_manage(user: Visitor) -> RecordStore:
    school = school_administered_by(user)
    return _found(RecordStore.objects.select_related("school").filter(school=school))


def account_to_manage(user: Visitor, account_id: int) -> User:
    """One of the own school; a platform administrator's only by another one, who could take no more by it."""
    school = school_administered_by(user)
    accounts = User.objects.select_related("school").filter(school=school)
    if not cast(User, user).is_superuser:
        accounts = accounts.filter(is_superuser=False)
    return _found(accounts.filter(id=account_id))


def invitation_to_manage(user: Visitor, invitation_id: int) -> Invitation:
    return _found(Invitation.objects.filter(school=school_administered_by(user), id=invitation_id))


def require_platform_admin(user: Visitor) -> User:
    if isinstance(user, User) and user.is_superuser:
        return user
    raise Http404


def school_to_run(user: Visitor, school_id: int) -> School:
    """Its name and state. Its people and lessons are for its own administrators."""
    require_platform_admin(user)
    return _found(School.objects.filter(id=school_id))


def account_to_move(user: Visitor, account_id: int) -> User:
    """One of the platform administrator's own school, or of none."""
    admin = require_platform_admin(user)
    own_or_none = Q(school=admin.school_id) | Q(school=None)
    return _found(User.objects.select_related("school").filter(own_or_none, id=account_id))


def platform_to_manage(user: Visitor, platform_id: int) -> Platform:
    """One of the own school: another school's may be of the same name, and is nobody's here."""
    platforms = Platform.objects.select_related("school").filter(school=school_administered_by(user))
    return _found(platforms.filter(id=platform_id))


def course_to_manage(user: Visitor, classroom_id: int) -> PlatformClass:
    """The learning platform's course that a classroom is, for whoever has its roster."""
    return _found(PlatformClass.objects.filter(classroom=roster_to_manage(user, classroom_id)))


def classroom_of_teacher(user: Visitor, classroom_id: int) -> Classroom:
    """One that the teacher owns, shares or stands in for."""
    return _one_of(Classroom.objects.taught_by(require_teacher(user)), classroom_id)


def classroom_to_manage(user: Visitor, classroom_id: int) -> Classroom:
    """The same but for who only stands in: its settings."""
    return _one_of(Classroom.objects.managed_by(require_teacher(user)), classroom_id)


def roster_to_manage(user: Visitor, classroom_id: int) -> Classroom:
    """Of a classroom with real students, which a demonstration has none of."""
    return _one_of(Classroom.objects.managed_by(require_teacher(user)).filter(is_demo=False), classroom_id)


def classroom_of_owner(user: Visitor, classroom_id: int) -> Classroom:
    """Who else teaches it, archiving and deleting: the owner alone, and never a demonstration."""
    teacher = require_teacher(user)
    own = Classroom.objects.filter(teacher=teacher, school=teacher.school_id, is_demo=False)
    return _one_of(own, classroom_id)


def classrooms_of_school(user: Visitor) -> QuerySet[Classroom]:
    """An administrator's, to hand over those of somebody who left."""
    return Classroom.objects.filter(school=require_admin(user).school_id, is_demo=False)


def student_of(classroom: Classroom, participant_id: int) -> Participant:
    """A place of a classroom that the asker manages; those of simulated students are nobody's to change."""
    return _found(Participant.objects.filter(classroom=classroom, id=participant_id, is_simulated=False))


def lesson_of_teacher(user: Visitor, lesson_id: int) -> Lesson:
    teacher = require_teacher(user)
    return _found(_taught_by(teacher).filter(id=lesson_id))


def lessons_to_review(user: Visitor) -> QuerySet[Lesson]:
    """Those of the classrooms that a teacher teaches; an administrator's are all of the school."""
    if isinstance(user, User) and user.is_teacher:
        return _taught_by(user)
    return _lessons().filter(classroom__school=require_admin(user).school_id)


def classroom_to_review(user: Visitor, classroom_id: int) -> Classroom:
    """One whose reports may be read."""
    if isinstance(user, User) and user.is_teacher:
        return classroom_of_teacher(user, classroom_id)
    return _one_of(Classroom.objects.filter(school=require_admin(user).school_id), classroom_id)


def lesson_to_review(user: Visitor, lesson_id: int) -> Lesson:
    return _found(lessons_to_review(user).filter(id=lesson_id))


def flag_to_review(user: Visitor, flag_id: int) -> Flag:
    flags = Flag.objects.select_related("lesson__classroom", "participant")
    return _found(flags.filter(id=flag_id, lesson__in=lessons_to_review(user)))


def participant_to_see(
    user: Visitor, lesson: Lesson, participant_id: int, *, place: Place, now: datetime
) -> Participant:
    """A participant whose individual data may be looked at: that looking is logged here."""
    lesson_to_review(user, lesson.id)
    sharing = Consent.objects.sharing().filter(lesson=lesson, participant=participant_id)
    participant = _found(Participant.objects.filter(id=participant_id, consents__in=sharing))
    log_looks(
        viewer=cast(User, user), lesson_id=lesson.id, participant_ids=[participant.id], place=place, now=now
    )
    return participant


def guest_cookie(participant: Participant) -> tuple[str, str]:
    """Name and signed value of the cookie that keeps a guest's place, until somebody else takes it over."""
    held = participant.held_since
    key = participant.id if held is None else [participant.id, held.isoformat()]
    return _guest_cookie_name(participant.classroom_id), signing.dumps(key, salt=GUEST_COOKIE_SALT)


def participant_in(user: Visitor, cookies: Mapping[str, str], classroom: Classroom) -> Participant | None:
    participants = Participant.objects.filter(classroom=classroom)
    if user.is_authenticated:
        return participants.filter(user=user).first()
    if (key := _guest_key(cookies.get(_guest_cookie_name(classroom.id), ""))) is None:
        return None
    return participants.filter(user=None, id=key.participant_id, held_since=key.held_since).first()


def own_participant(user: Visitor, cookies: Mapping[str, str], lesson: Lesson) -> Participant:
    """Whose the lesson is. One that came with the place, from whoever had it, is as strange as any other."""
    participant = participant_in(user, cookies, lesson.classroom)
    if participant is None or _came_with(participant, lesson):
        raise Http404
    return participant


def _came_with(participant: Participant, lesson: Lesson) -> bool:
    return Consent.objects.moved().filter(participant=participant, lesson=lesson).exists()


def own_places(user: Visitor, cookies: Mapping[str, str]) -> QuerySet[Participant]:
    """An account's in every class; a guest's in those that this browser has a cookie of."""
    places = Participant.objects.select_related("classroom__school__policy").order_by("classroom__name", "id")
    if user.is_authenticated:
        return places.filter(user=user)
    held = [one.id for one, is_held in _guest_places(cookies) if is_held]
    return places.filter(id__in=held)


def own_place(user: Visitor, cookies: Mapping[str, str], participant_id: int) -> Participant:
    return _found(own_places(user, cookies).filter(id=participant_id))


def classes_put_out_of(user: Visitor, cookies: Mapping[str, str]) -> list[Classroom]:
    """Those in which another browser has the place now that this one had."""
    if user.is_authenticated:
        return []
    return [one.classroom for one, is_held in _guest_places(cookies) if not is_held]


def _guest_places(cookies: Mapping[str, str]) -> list[tuple[Participant, bool]]:
    """Each place that the browser has or had a cookie of, and whether it has it still."""
    keys = {name: key for name, value in cookies.items() if (key := _guest_key_named(name, value))}
    ids = {key.participant_id for key in keys.values()}
    found = Participant.objects.select_related("classroom").filter(user=None, id__in=ids).order_by("id")
    named = ((one, keys.get(_guest_cookie_name(one.classroom_id))) for one in found)
    return [(one, key == GuestKey.of(one)) for one, key in named if key and key.participant_id == one.id]


def taken_over_at(user: Visitor, cookies: Mapping[str, str], classroom: Classroom) -> datetime | None:
    """When the place that this browser had in the classroom went on in another one."""
    key = _guest_key(cookies.get(_guest_cookie_name(classroom.id), ""))
    if user.is_authenticated or key is None:
        return None
    place = Participant.objects.filter(classroom=classroom, user=None, id=key.participant_id).first()
    return place.held_since if place is not None and GuestKey.of(place) != key else None


def has_lost_place(user: Visitor, cookies: Mapping[str, str], classroom: Classroom) -> bool:
    """Whether this browser's place in the classroom is there no more, and not by its own erasure, which
    takes the cookie along."""
    key = _guest_key(cookies.get(_guest_cookie_name(classroom.id), ""))
    if user.is_authenticated or key is None:
        return False
    return not Participant.objects.filter(classroom=classroom, id=key.participant_id).exists()


def any_lesson(lesson_id: int) -> Lesson:
    """A lesson before anybody's right to it is known; follow with `own_participant`."""
    return _found(_lessons().filter(id=lesson_id))


def _lessons() -> QuerySet[Lesson]:
    return Lesson.objects.select_related("classroom__school__policy", "classroom__teacher")


def _taught_by(teacher: User) -> QuerySet[Lesson]:
    return _lessons().filter(classroom__in=Classroom.objects.taught_by(teacher))


def _one_of(classrooms: QuerySet[Classroom], classroom_id: int) -> Classroom:
    return _found(classrooms.select_related("school__policy", "teacher").filter(id=classroom_id))


def _guest_cookie_name(classroom_id: int) -> str:
    return f"{GUEST_COOKIE_PREFIX}{classroom_id}"


def _guest_key_named(name: str, signed: str) -> GuestKey | None:
    return _guest_key(signed) if name.startswith(GUEST_COOKIE_PREFIX) else None


def _guest_key(signed: str) -> GuestKey | None:
    try:
        value = signing.loads(signed, salt=GUEST_COOKIE_SALT, max_age=GUEST_COOKIE_MAX_AGE)
    except signing.BadSignature:
        return None
    if isinstance(value, int):
        return GuestKey(value, None)
    participant_id, held_since = value
    return GuestKey(participant_id, datetime.fromisoformat(held_since))


def _but_of_platform(rows: QuerySet[Row], user: Visitor) -> QuerySet[Row]:
    """Without what is of those who run the platform, but for one of them."""
    return rows if cast(User, user).is_superuser else rows.filter(owner__is_superuser=False)


def _found(rows: QuerySet[Row]) -> Row:
    if (row := rows.first()) is None:
        raise Http404
    return row
