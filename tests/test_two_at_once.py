"""Two who press at once, or one who clicks twice: whoever comes second finds nothing, or it done."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import access, queries, services
from classroom.errors import ClassroomGone, GuardianLinkClosed, GuardianMissing, PlaceGone
from classroom.models import Classroom, GuardianAnswer, Participant, Policy, Reading
from classroom.wire.measurement import Measurement
from tests.analyses import attentive
from tests.factories import make_classroom, make_lesson, make_participant
from tests.test_services_classes import at_the_same_time

pytestmark = pytest.mark.django_db
NOW = timezone.now()

OF_A_PLACE = {
    "erase_own_place": {"now": NOW},
    "remove_place": {"by": None, "now": NOW},
    "block_participant": {"now": NOW},
    "rename_participant": {"name": "Ada", "note": ""},
    "make_way_back": {"actor": None, "now": NOW},
}
OF_A_CLASS = {
    "archive_classroom": {"now": NOW},
    "delete_classroom": {"by": None, "now": NOW},
    "add_to_roster": {"entries": []},
    "share_classroom": {"teacher_id": 1, "now": NOW},
    "hand_over": {"owner_id": 1, "teacher_id": 2, "stays": False, "actor": None, "now": NOW},
}


@pytest.mark.parametrize("service", OF_A_PLACE)
def test_what_is_asked_of_a_place_that_went_meanwhile_is_refused_as_gone(service):
    place = make_participant(classroom=make_classroom())
    Participant.objects.all().delete()
    with pytest.raises(PlaceGone):
        getattr(services, service)(participant_id=place.id, **OF_A_PLACE[service])


@pytest.mark.parametrize("service", OF_A_CLASS)
def test_what_is_asked_of_a_class_that_went_meanwhile_is_refused_as_gone(service):
    classroom = make_classroom()
    Classroom.objects.all().delete()
    with pytest.raises(ClassroomGone):
        getattr(services, service)(classroom_id=classroom.id, **OF_A_CLASS[service])


@pytest.mark.parametrize("gone", [0, 1])
def test_a_place_that_went_meanwhile_is_merged_with_none(gone):
    classroom = make_classroom()
    one, other = ids = [make_participant(classroom=classroom).id for _ in range(2)]
    Participant.objects.filter(id=ids[gone]).delete()
    with pytest.raises(PlaceGone):
        services.merge_participants(one_id=one, other_id=other, name_of=one, by=classroom.teacher, now=NOW)


def test_a_choice_for_a_place_that_went_meanwhile_is_refused_as_gone():
    place = make_participant(classroom=make_classroom())
    lesson = make_lesson(classroom=place.classroom, started_at=NOW)
    Participant.objects.all().delete()
    with pytest.raises(PlaceGone):
        services.give_consent(lesson_id=lesson.id, participant_id=place.id, choice="no_camera", now=NOW)


def pressed(times, address, enter, data=None):
    """What each of so many presses at once was answered with."""
    answers = []

    def press():
        client = Client(raise_request_exception=False)
        enter(client)
        answers.append(client.post(address, data))

    at_the_same_time(*times * [press])
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["erase_everywhere", "erase_place"])
def test_a_double_click_on_the_own_erasure_ends_on_a_page_that_says_it_is_done(page):
    place = make_participant(classroom=make_classroom())
    lesson = make_lesson(classroom=place.classroom, minutes=45)
    name, value = access.guest_cookie(place)
    answers = pressed(
        3,
        reverse(page, args=[lesson.id] if page == "erase_place" else []),
        lambda client: client.cookies.load({name: value}),
    )
    # Whoever comes when all is over finds no place, as a stranger does.
    late = {"erase_everywhere": 200, "erase_place": 404}[page]
    assert {answer.status_code for answer in answers} <= {302, late}
    receipts = [one for one in answers if one.headers.get("Location", "").startswith("/receipts/")]
    assert len(receipts) == 1


@pytest.mark.parametrize("page", ["erase_everywhere", "erase_place"])
def test_an_erasure_that_another_click_was_quicker_with_says_so_and_forgets_the_place(page, monkeypatch):
    place = make_participant(classroom=make_classroom())
    lesson = make_lesson(classroom=place.classroom, minutes=45)
    client = Client()
    name, value = access.guest_cookie(place)
    client.cookies[name] = value

    def gone(**asked):
        raise PlaceGone

    monkeypatch.setattr(services, "erase_own_place", gone)
    address = reverse(page, args=[lesson.id] if page == "erase_place" else [])
    answer = client.post(address, follow=True)
    assert "This is deleted already" in answer.content.decode()
    assert client.cookies[name].value == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["remove_participant", "delete_classroom"])
def test_a_double_click_of_a_teacher_deletes_once_and_finds_nothing_then(page):
    place = make_participant(classroom=make_classroom())
    classroom = place.classroom
    args = [classroom.id, place.id] if page == "remove_participant" else [classroom.id]
    address = reverse(page, args=args)
    answers = pressed(
        3, address, lambda client: client.force_login(classroom.teacher), {"name": classroom.name}
    )
    assert sorted(answer.status_code for answer in answers) == [302, 404, 404]


# --- a guardian and whoever does something at that moment ---


def asked_for(place):
    """The link that asks, with what is answered by it."""
    Policy.objects.update(requires_guardian_consent=True)
    place = Participant.objects.select_related("classroom__school__policy").get(id=place.id)
    token = services.make_guardian_link(place=place, by_school=True, now=NOW)
    ward = services.ward_behind(token=token, is_own=False, address="192.0.2.1", now=NOW)
    given = {"choice": "own_results", "name": "Ada", "relation": "mother", "read": ward.policy.terms}
    return ward.link, {"now": NOW, **given}


def test_a_link_of_a_place_that_went_meanwhile_is_closed_and_none_is_made_for_it():
    place = make_participant(classroom=make_classroom())
    link, given = asked_for(place)
    found = Participant.objects.select_related("classroom__school__policy").get(id=place.id)
    Participant.objects.all().delete()
    with pytest.raises(GuardianLinkClosed):
        services.answer_guardian(link_id=link.id, **given)
    with pytest.raises(PlaceGone):
        services.make_guardian_link(place=found, by_school=True, now=NOW)
    paper = {name: value for name, value in given.items() if name != "read"}
    with pytest.raises(PlaceGone):
        services.record_on_paper(
            place=found, by=found.classroom.teacher, signed_on=NOW.date(), kept_at="Office", **paper
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_by_one_link_at_once_one_is_recorded():
    for _ in range(4):
        link, given = asked_for(make_participant(classroom=make_classroom()))
        answered = []

        def answer(link=link, given=given, answered=answered):
            try:
                answered.append(services.answer_guardian(link_id=link.id, **given))
            except GuardianLinkClosed:
                answered.append(None)

        at_the_same_time(answer, answer)
        assert answered.count(None) == 1
        assert GuardianAnswer.objects.filter(participant=link.participant_id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_an_erasure_at_once_leave_nothing_of_the_child():
    for _ in range(4):
        place = make_participant(classroom=make_classroom())
        link, given = asked_for(place)

        def answer(link=link, given=given):
            with suppress(GuardianLinkClosed):
                services.answer_guardian(link_id=link.id, **given)

        def erase(place=place):
            services.erase_own_place(participant_id=place.id, now=NOW)

        at_the_same_time(answer, erase)
        assert not (Participant.objects.filter(id=place.id).exists() or GuardianAnswer.objects.exists())


@pytest.mark.django_db(transaction=True)
def test_a_guardians_withdrawal_and_a_batch_at_once_leave_nothing():
    """Whichever comes first, with a student who chooses the camera again at that moment too."""
    for _ in range(4):
        place = make_participant(classroom=make_classroom())
        lesson = make_lesson(classroom=place.classroom, started_at=NOW)
        link, given = asked_for(place)
        answer, _token = services.answer_guardian(link_id=link.id, **given)
        who = {"lesson_id": lesson.id, "participant_id": place.id, "choice": "own_results", "now": NOW}
        consent = services.give_consent(**who)
        batch = [
            Measurement(place.id, consent.id, NOW + timedelta(seconds=second), attentive())
            for second in range(8)
        ]

        def record(lesson=lesson, batch=batch):
            services.record_readings(lesson_id=lesson.id, measurements=batch)

        def withdraw(answer=answer):
            services.withdraw_answer(link_id=answer.link_id, erases=True, now=timezone.now())

        def choose(who=who):
            with suppress(GuardianMissing):
                services.give_consent(**who)

        at_the_same_time(record, withdraw, choose)
        assert not Reading.objects.filter(participant=place).exists()
        assert queries.active_consent(lesson.id, place.id) is None
