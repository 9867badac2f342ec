"""How a student gets into a classroom."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from classroom.addresses import network_of
from classroom.errors import (
    AccountNeeded,
    ClassFull,
    CodeExpired,
    NotOnRoster,
    PlaceBlocked,
    TooManyPlaces,
)
from classroom.models import Classroom, Participant, School, User
from classroom.names import expected_as, told_apart
from classroom.services.classrooms import check_in_service, check_in_use
from classroom.services.guardians import hand_on_to_typed_name
from classroom.services.places import check_may_join, is_trial, tries_it_out
from classroom.services.rates import counted

# A class of fifty behind one address gets in within a minute, a lecture of five hundred within nine.
PLACES_A_MINUTE, PLACES_AN_HOUR = 60, 600


def check_place_rate(*, classroom_id: int, address: str, now: datetime) -> None:
    """Count one new guest of this classroom from this address. Raises TooManyPlaces."""
    whose = f"join-places:{classroom_id}:{network_of(address)}"
    if counted(f"{whose}:{now:%Y%m%d%H%M}", 60) > PLACES_A_MINUTE:
        raise TooManyPlaces
    if counted(f"{whose}:{now:%Y%m%d%H}", 3600) > PLACES_AN_HOUR:
        raise TooManyPlaces


def find_classroom(*, code: str) -> Classroom | None:
    wanted = "".join(code.split()).replace("-", "").upper()
    return Classroom.objects.select_related("school__policy").filter(join_code=wanted).first()


def join_classroom(
    *,
    classroom: Classroom,
    display_name: str,
    now: datetime,
    user: User | None = None,
    is_simulated: bool = False,
    by_code: bool = True,
) -> Participant:
    """The participant of this account, a place that waits on the roster under this name, or a new one under a
    name that no other place here has.

    Simulated students keep their names, by which a lesson finds its own again. Raises DemonstrationClosed,
    SchoolSuspended, ClassroomGone, ClassroomArchived, PlaceBlocked, AccountNeeded, CodeExpired, ClassFull,
    NotOnRoster.
    """
    if not is_simulated:
        check_may_join(classroom=classroom, user=user)
    with transaction.atomic():
        if is_simulated:
            return Participant.objects.create(
                classroom=classroom, display_name=display_name, is_simulated=True
            )
        school = check_in_service(classroom.school_id)
        # Two of one name who come at the same moment would not see each other.
        check_in_use(classroom.id)
        places = Participant.objects.filter(classroom=classroom)
        if user is not None and (own := places.filter(user=user).first()):
            return _unblocked(own)
        if not tries_it_out(user, school):
            classroom.school = school
            check_newcomer(classroom=classroom, user=user, now=now, by_code=by_code)
            if not is_trial(user) and (waiting := _taken_from_roster(places, display_name, user)):
                return waiting
            if school.joins == School.Joins.ROSTER and not _has_account(user, school):
                raise NotOnRoster
        name = _first(display_name) if user is None and school.names == School.Names.FIRST else display_name
        name = told_apart(name, places.values_list("display_name", flat=True))
        return Participant.objects.create(
            classroom=classroom, user=user, display_name=name, is_trial=is_trial(user)
        )


def check_newcomer(*, classroom: Classroom, user: User | None, now: datetime, by_code: bool = True) -> None:
    """What a school asks of who has no place in the class, whatever the name; `classroom` with its school.

    Who does not come by the class's code or link, but from a platform, needs none that is in force.

    Raises AccountNeeded, CodeExpired, ClassFull.
    """
    school = classroom.school
    if school.joins == School.Joins.ACCOUNTS and not _has_account(user, school):
        raise AccountNeeded
    if by_code and classroom.code_until is not None and now >= classroom.code_until:
        raise CodeExpired
    taken = Participant.objects.filter(
        classroom=classroom, is_expected=False, is_trial=False, is_simulated=False, blocked_at=None
    )
    if school.most_places is not None and taken.count() >= school.most_places:
        raise ClassFull


def _has_account(user: User | None, school: School) -> bool:
    """Of the school, or of none, as those whom the school's own login makes; not of another one."""
    return user is not None and user.school_id in (None, school.id)


def _first(name: str) -> str:
    return name.split(maxsplit=1)[0]


def _unblocked(own: Participant) -> Participant:
    if own.is_blocked:
        raise PlaceBlocked
    return own


def _taken_from_roster(places: QuerySet[Participant], name: str, user: User | None) -> Participant | None:
    """Inside a transaction that holds the classroom: the first who comes under a name has its place."""
    expected = places.filter(is_expected=True)
    number = expected_as(name, dict(expected.values_list("id", "display_name")))
    if number is None:
        return None
    expected.filter(id=number).update(is_expected=False, user=user, came_at=Now())
    if user is not None:
        hand_on_to_typed_name(places.get(id=number), user.pk)
    return _unblocked(places.get(id=number))
