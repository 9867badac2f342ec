"""The pages on which a guardian is asked, answers, changes and withdraws, and those of who asks."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import access, services
from classroom.models import (
    AccountChange,
    Consent,
    GuardianAnswer,
    GuardianLink,
    Participant,
    Policy,
    Reading,
)
from classroom.models.guardians import GUARDIAN_VERSION
from classroom.wire.measurement import Measurement
from tests.analyses import attentive
from tests.factories import (
    make_admin,
    make_classroom,
    make_consent,
    make_lesson,
    make_participant,
    make_school,
    make_user,
)

pytestmark = pytest.mark.django_db
NO_CAMERA, CLASS_MOOD, OWN = Consent.Choice.values
AGREED = {"choice": OWN, "guardian_name": "Ada Li", "relation": "mother"}


@pytest.fixture
def lesson():
    school = make_school(name="Hill School")
    Policy.objects.filter(school=school).update(minimum_age=0, requires_guardian_consent=True)
    classroom = make_classroom(school=school, name="Physics 8")
    return make_lesson(classroom=classroom, started_at=timezone.now() - timedelta(minutes=5))


@pytest.fixture
def place(lesson):
    return make_participant(lesson=lesson, display_name="Kim Rodriguez")


def client_of(place):
    client = Client()
    name, value = access.guest_cookie(place)
    client.cookies[name] = value
    return client


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def link_of(place, *, by_school=True):
    found = Participant.objects.select_related("classroom__school__policy").get(id=place.id)
    token = services.make_guardian_link(place=found, by_school=by_school, now=timezone.now())
    return reverse("guardian", args=[token])


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def read_on(page):
    return re.search(r'name="read" value="(\w+)"', page.content.decode())[1]


def answer(path, **given):
    """As a browser does it: what was read goes with the answer. The response after the redirect."""
    client = Client()
    typed = {**AGREED, **given, "read": read_on(client.get(path))}
    return client.post(path, typed, follow=True)


def own_path(page):
    return page.redirect_chain[-1][0]


def measure(lesson, place):
    consent = Consent.objects.get(lesson=lesson, participant=place, ended_at=None)
    one = Measurement(place.id, consent.id, consent.given_at + timedelta(seconds=1), attentive())
    return services.record_readings(lesson_id=lesson.id, measurements=[one])


# --- the guardian ----------------------------------------------------------------------------------------


def test_the_page_says_which_school_which_child_and_no_more_of_the_name(place):
    shown = text(Client().get(link_of(place)))
    assert "Hill School" in shown
    assert "when Kim is in an online lesson" in shown
    assert "Rodriguez" not in shown
    assert "Physics 8" not in shown


@pytest.mark.parametrize(
    ("policy", "says", "says_not"),
    [
        ({}, "an emotion recognition system", "Expressions are not read."),
        (
            {"preset": "attention", "allows_expression": False},
            "Expressions are not read.",
            "seven expressions",
        ),
        ({"readers": "browser"}, "no picture leaves it", "school's server. The camera sends"),
        ({"readers": "server"}, "On the school&#x27;s server. The camera sends", "no picture leaves it"),
        ({"retention_days": 12}, "12 days after the lesson", "30 days after the lesson"),
    ],
)
def test_the_page_is_made_from_the_policy(place, policy, says, says_not):
    Policy.objects.update(**policy)
    shown = text(Client().get(link_of(place))).replace("'", "&#x27;")
    assert says in shown
    assert says_not not in shown
    assert "An AI system reads the pictures." in shown
    assert "Refusing has no consequence." in shown


def test_it_works_without_script_and_an_answer_leads_to_a_page_of_ones_own(place):
    page = answer(link_of(place))
    assert page.status_code == 200
    assert own_path(page).startswith("/guardians/own/")
    shown = text(page)
    assert "Agreed: own results too" in shown
    assert "Ada Li, mother" in shown
    assert GuardianAnswer.objects.get().kind == "agreed"
    assert text(Client().get(own_path(page))).count("counts now") == 1


def test_who_refuses_need_not_say_who_it_is(place):
    page = answer(link_of(place), choice=NO_CAMERA, guardian_name="", relation="")
    assert "Refused: without camera" in text(page)
    assert GuardianAnswer.objects.get().kind == "refused"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"guardian_name": ""}, "Type your name, so that the school knows who agreed."),
        ({"relation": " "}, "Write what you are to the child."),
        ({"choice": ""}, "Choose one of the answers."),
        ({"choice": "all"}, "Select a valid choice."),
        ({"guardian_name": "\u202eevil"}, "characters that nobody can see"),
    ],
)
def test_an_answer_that_lacks_something_is_asked_for_again_and_keeps_what_was_typed(place, typed, says):
    path = link_of(place)
    page = answer(path, **typed)
    assert says in text(page)
    assert not GuardianAnswer.objects.exists()
    assert 'value="Ada Li"' in page.content.decode() or "guardian_name" in typed
    answer(path)
    assert GuardianAnswer.objects.exists()


@pytest.mark.parametrize("read", ["", "0123456789abcdef"])
def test_nobody_agrees_to_words_that_were_not_read(place, read):
    path = link_of(place)
    page = Client().post(path, {**AGREED, "read": read})
    assert "has just changed what it allows" in text(page)
    assert not GuardianAnswer.objects.exists()


def test_a_way_that_the_school_does_not_ask_about_is_not_recorded(place):
    Policy.objects.update(preset="presence", allows_attention=False, allows_expression=False)
    page = answer(link_of(place), choice=CLASS_MOOD)
    assert "does not ask about this" in text(page)
    assert not GuardianAnswer.objects.exists()


def test_a_used_link_says_where_to_go_on(place):
    path = link_of(place)
    answer(path)
    for again in (Client().get(path), Client().post(path, AGREED)):
        assert again.status_code == 404
        assert "use the link that you were given then" in text(again)
    assert GuardianAnswer.objects.count() == 1


@pytest.mark.parametrize("change", [{"requires_guardian_consent": False}, {"allows_presence": False}])
def test_where_nobody_asks_any_more_the_page_says_so(place, change):
    path = link_of(place)
    off = {"allows_attention": False, "allows_expression": False} if "allows_presence" in change else {}
    Policy.objects.update(**change, **off)
    page = Client().get(path)
    assert (page.status_code, "there is nobody to ask" in text(page)) == (404, True)


def test_tries_of_links_are_limited_and_a_right_one_opens(place, now):
    path, client = link_of(place), Client()
    for number in range(10):
        assert client.get(reverse("guardian", args=[f"guess{number}"])).status_code == 404
    assert client.get(reverse("guardian", args=["guess10"])).status_code == 429
    assert client.get(path).status_code == 200


def test_an_answer_is_changed_on_the_own_page(place):
    own = own_path(answer(link_of(place)))
    changed = answer(f"{own}change/", choice=CLASS_MOOD)
    assert own_path(changed) == own
    shown = text(changed)
    assert "Agreed: class mood only" in shown
    assert [one.choice for one in GuardianAnswer.objects.all()] == [OWN, CLASS_MOOD]


def test_by_a_link_that_a_student_handed_on_the_school_is_asked_for_its_own_and_withdrawing_works(place):
    page = own_path(answer(link_of(place, by_school=False)))
    Policy.objects.update(school_asks_guardians=True)
    told, change = Client().get(page), page + "change/"
    assert "The school has to ask you itself now" in text(told) and change not in told.content.decode()
    refused = Client().get(change)
    assert refused.status_code == 404 and "The school has to ask you itself now" in text(refused)
    assert Client().post(page + "withdraw/").status_code == 302
    assert GuardianAnswer.objects.latest("id").kind == GuardianAnswer.Kind.WITHDRAWN


@pytest.mark.parametrize(("ticked", "left"), [({"erases": "on"}, 0), ({}, 1)])
def test_a_withdrawal_stops_the_camera_and_deletes_what_was_read_if_the_guardian_wants_it(
    lesson, place, ticked, left
):
    own = own_path(answer(link_of(place)))
    client_of(place).post(reverse("give_consent", args=[lesson.id]), {"choice": OWN})
    assert measure(lesson, place) == 1
    asked = Client().get(f"{own}withdraw/")
    assert re.search(r'name="erases"[^>]* checked', asked.content.decode())
    shown = text(Client().post(f"{own}withdraw/", ticked, follow=True))
    assert "Withdrawn: without camera" in shown
    assert Reading.objects.count() == left
    assert ("What had been read until then was deleted." in shown) == (left == 0)
    student = client_of(place).get(reverse("my_lesson", args=[lesson.id]))
    assert "Your parent or guardian has withdrawn: the camera is off." in text(student)


def test_a_withdrawal_works_in_a_suspended_school_and_without_any_policy(place):
    own = own_path(answer(link_of(place)))
    services.suspend_school(
        school_id=place.classroom.school_id, actor=make_admin(is_superuser=True), now=timezone.now()
    )
    Policy.objects.all().delete()
    assert "does not ask parents and guardians now" in text(Client().get(own))
    Client().post(f"{own}withdraw/", {"erases": "on"})
    assert GuardianAnswer.objects.last().kind == "withdrawn"


def test_the_record_is_downloaded_as_text_and_json(place):
    own = own_path(answer(link_of(place)))
    lines = Client().get(f"{own}?format=txt").content.decode()
    for part in ("Hill School", "Ada Li, mother", "expression", "on the school's server", "30 days"):
        assert part in lines
    document = Client().get(f"{own}?format=json").json()
    (one,) = document["answers"]
    assert (one["choice"], one["version"], one["guardian_name"]) == (OWN, GUARDIAN_VERSION, "Ada Li")


def test_a_newer_answer_by_another_is_told_without_saying_whose(place):
    own = own_path(answer(link_of(place), guardian_name="Ada Li"))
    answer(link_of(place), choice=NO_CAMERA, guardian_name="Bo Li")
    shown = text(Client().get(own))
    assert "A newer answer for this child was given" in shown
    assert "Bo Li" not in shown


@pytest.mark.parametrize(
    "change",
    [lambda: Policy.objects.update(retention_days=31), lambda: GuardianAnswer.objects.update(version=0)],
)
def test_a_wider_policy_and_other_words_ask_again(place, change):
    own = own_path(answer(link_of(place)))
    assert "asks again" not in text(Client().get(own))
    change()
    assert "The school asks again" in text(Client().get(own))
    answer(f"{own}change/")
    assert "asks again" not in text(Client().get(own))


def test_the_pages_are_kept_by_no_browser_and_sent_on_by_none(place):
    path = link_of(place)
    page = Client().get(path)
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "same-origin"


# --- the student -----------------------------------------------------------------------------------------


def test_a_student_who_waits_is_told_so_kindly_and_joins_without_camera(lesson, place):
    page = client_of(place).get(reverse("my_lesson", args=[lesson.id]))
    shown = text(page)
    assert "The ways with a camera wait for a parent or guardian." in shown
    assert re.findall(r'name="choice" value="(\w+)"', page.content.decode()) == [NO_CAMERA]
    assert reverse("ask_guardian", args=[place.id]) in page.content.decode()
    refused = client_of(place).post(reverse("give_consent", args=[lesson.id]), {"choice": OWN})
    assert "This way is not offered to you here" in text(refused)
    client_of(place).post(reverse("give_consent", args=[lesson.id]), {"choice": NO_CAMERA})
    assert Consent.objects.get().choice == NO_CAMERA


def test_who_said_once_that_a_guardian_agreed_is_asked_for_one_now(lesson, place):
    make_consent(lesson=lesson, participant=place, guardian_confirmed=True)
    shown = text(client_of(place).get(reverse("my_lesson", args=[lesson.id])))
    assert "Your camera waits for a parent or guardian: nothing is read from it." in shown


def test_a_student_makes_a_link_that_is_shown_once_with_a_code(place):
    client, path = client_of(place), reverse("ask_guardian", args=[place.id])
    assert "not asked" in text(client.get(path))
    made = client.post(path).content.decode()
    link = re.search(r'data-text="http://testserver([^"]+)"', made)[1]
    assert 'class="qr"' in made
    assert "/guardians/" not in client.get(path).content.decode()
    assert "asked" in text(client.get(path))
    assert Client().get(link).status_code == 200
    assert "Kim" not in link


def test_a_student_mails_the_link_and_the_address_is_kept_nowhere(place, settings):
    client, path = client_of(place), reverse("ask_guardian", args=[place.id])
    assert "Send it by mail" not in text(client.get(path))
    settings.EMAIL_HOST = "mail.example.org"
    assert "The mail is on its way." in text(client.post(path, {"address": "ada@example.org"}, follow=True))
    (sent,) = mail.outbox
    link = re.search(r"http://testserver(\S+)", sent.body)[1]
    assert Client().get(link).status_code == 200
    for model in (GuardianLink, GuardianAnswer, Participant):
        assert "ada@example.org" not in str(list(model.objects.values()))
    assert "Enter a valid email" in text(client.post(path, {"address": "ada"}))
    assert len(mail.outbox) == 1


def test_where_only_the_school_asks_a_student_is_sent_to_the_teacher(place):
    Policy.objects.update(school_asks_guardians=True)
    client, path = client_of(place), reverse("ask_guardian", args=[place.id])
    assert "Ask your teacher for the letter" in text(client.get(path))
    assert "Make a link" not in text(client.get(path))
    assert "Ask your teacher for the letter" in text(client.post(path))
    assert not GuardianLink.objects.exists()


def test_the_own_data_tell_and_hand_out_what_a_guardian_answered(lesson, place):
    answer(link_of(place))
    make_consent(lesson=lesson, participant=place)
    client = client_of(place)
    path = reverse("my_data", args=[lesson.id])
    assert "What my parent or guardian answered" in text(client.get(path))
    assert "Ada Li, mother" in text(client.get(path))
    (one,) = client.get(f"{path}?format=json").json()["guardian"]
    assert (one["guardian_name"], one["choice"]) == ("Ada Li", OWN)
    (mine,) = client.get(reverse("all_my_data") + "?format=json").json()["places"]
    assert mine["guardian"][0]["relation"] == "mother"
    assert reverse("ask_guardian", args=[place.id]) in client.get(reverse("all_my_data")).content.decode()


def test_who_waits_for_the_lesson_can_ask_already(place):
    place.classroom.lessons.all().delete()
    shown = client_of(place).get(reverse("join_classroom", args=[place.classroom.join_token]))
    assert reverse("ask_guardian", args=[place.id]) in shown.content.decode()


# --- the school ------------------------------------------------------------------------------------------


def test_a_teacher_prints_letters_each_with_a_link_of_its_own(lesson, place):
    other = make_participant(classroom=lesson.classroom, display_name="Bo")
    client, path = logged_in(lesson.classroom.teacher), reverse("class_guardians", args=[lesson.classroom_id])
    assert re.findall(r'value="(\d+)"[^>]* checked', client.get(path).content.decode()) == [
        str(other.id),
        str(place.id),
    ]
    page = client.post(path, {"places": [place.id, other.id]}).content.decode()
    links = re.findall(r"http://testserver(/guardians/[^<]+)<", page)
    assert len(set(links)) == 2
    assert page.count('class="qr"') == 2
    assert "Print or save as PDF" in page and f'<a class="button" href="{path}">Done</a>' in page
    assert [Client().get(one).status_code for one in links] == [200, 200]
    assert "Tick for whom you want letters." in text(client.post(path))


def test_the_page_of_a_class_leads_to_the_letters_where_guardians_are_asked(lesson):
    client, path = logged_in(lesson.classroom.teacher), reverse("classroom", args=[lesson.classroom_id])
    leads = f'href="{reverse("class_guardians", args=[lesson.classroom_id])}"'
    assert leads in client.get(path).content.decode()
    Policy.objects.update(requires_guardian_consent=False)
    assert leads not in client.get(path).content.decode()


def test_of_a_name_under_which_nobody_has_joined_a_letter_is_for_later(lesson, place):
    Participant.objects.filter(id=place.id).update(is_expected=True)
    make_participant(
        classroom=lesson.classroom, display_name="Bo", is_expected=True, platform_subject="from Moodle"
    )
    client, path = logged_in(lesson.classroom.teacher), reverse("class_guardians", args=[lesson.classroom_id])
    page = client.get(path)
    assert "Under some names nobody has joined yet." in text(page)
    assert re.findall(r"checked", page.content.decode().split("<tbody>")[1]) == ["checked"], "Bo's alone"
    Participant.objects.update(is_expected=False, platform_subject="")
    assert "nobody has joined yet" not in text(client.get(path))


def test_a_guardian_reads_that_somebody_came_by_the_name_and_answers_again(lesson, place):
    Participant.objects.filter(id=place.id).update(is_expected=True)
    own, letter = own_path(answer(link_of(place))), link_of(place)
    assert "Somebody joined" not in text(Client().get(own)) + text(Client().get(letter))
    came = services.join_classroom(
        classroom=lesson.classroom, display_name="Kim Rodriguez", now=timezone.now()
    )
    assert came == place
    # By the database's clock, in the one transaction of a test.
    Participant.objects.update(came_at=GuardianAnswer.objects.get().at + timedelta(microseconds=1))
    for path in (own, letter, f"{own}change/"):
        assert "Somebody joined the class as Kim on" in text(Client().get(path))
    assert "The school asks again" not in text(Client().get(own))
    answer(f"{own}change/")
    assert "Somebody joined" not in text(Client().get(own))


@pytest.mark.parametrize("choice", [NO_CAMERA, CLASS_MOOD, OWN])
def test_a_teacher_reads_that_somebody_answered_and_never_what(lesson, place, choice):
    answer(link_of(place), choice=choice)
    client = logged_in(lesson.classroom.teacher)
    page = client.get(reverse("class_guardians", args=[lesson.classroom_id]))
    row = re.search(r"Kim Rodriguez.*?</tr>", page.content.decode().split("<tbody>")[1], re.DOTALL)[0]
    assert re.findall(r"<td>([^<]*)</td>", row) == ["answered", ""]
    assert "Ada Li" not in page.content.decode()


def test_a_teacher_ends_the_links_of_a_lost_letter(lesson, place):
    path = link_of(place)
    client = logged_in(lesson.classroom.teacher)
    client.post(reverse("end_guardian_links", args=[lesson.classroom_id, place.id]))
    assert Client().get(path).status_code == 404


def test_letters_are_for_students_of_this_class_alone(lesson):
    stranger = make_participant()
    client = logged_in(lesson.classroom.teacher)
    client.post(reverse("class_guardians", args=[lesson.classroom_id]), {"places": [stranger.id]})
    assert not GuardianLink.objects.exists()


def paper(place, **fields):
    admin = make_admin(school=place.classroom.school, first_name="Grace", last_name="Hopper")
    client, path = logged_in(admin), reverse("place_guardian", args=[place.id])
    typed = {**AGREED, "signed_on": "2026-09-01", "kept_at": "Office, folder 7", **fields}
    return client.post(path, {**typed, "read": read_on(client.get(path))}, follow=True)


def test_an_administrator_records_a_paper_and_everybody_concerned_reads_that_it_is_one(lesson, place):
    shown = text(paper(place))
    assert "kept at Office, folder 7; recorded by Grace Hopper" in shown
    own = text(client_of(place).get(reverse("ask_guardian", args=[place.id])))
    assert "kept at Office, folder 7; recorded by Grace Hopper" in own
    client_of(place).post(reverse("give_consent", args=[lesson.id]), {"choice": OWN})
    assert Consent.objects.get().choice == OWN
    kinds = set(AccountChange.objects.values_list("kind", "actor_name", "detail"))
    assert kinds == {("paper", "Grace Hopper", "Physics 8"), ("guardian", "Grace Hopper", "Physics 8")}


@pytest.mark.parametrize("missing", [{"signed_on": ""}, {"signed_on": "2999-01-01"}, {"kept_at": ""}])
def test_a_paper_has_a_day_and_a_place(place, missing):
    paper(place, **missing)
    assert not GuardianAnswer.objects.exists()


def test_an_administrator_reads_what_was_answered_and_that_is_logged(place):
    answer(link_of(place), choice=NO_CAMERA)
    admin = make_admin(school=place.classroom.school)
    assert "refused" in text(logged_in(admin).get(reverse("place_guardian", args=[place.id])))
    assert AccountChange.objects.get().kind == "guardian"


def test_of_whom_nobody_answered_nothing_is_logged_and_an_administrator_makes_a_letter(place):
    client = logged_in(make_admin(school=place.classroom.school))
    path = reverse("place_guardian", args=[place.id])
    assert "Nobody has answered yet." in text(client.get(path))
    assert not AccountChange.objects.exists()
    assert 'class="qr"' in client.post(path, {"letter": "1"}).content.decode()


def test_an_account_is_asked_once_for_both_classes(lesson):
    user = make_user(school=lesson.classroom.school)
    here = make_participant(classroom=lesson.classroom, user=user)
    other = make_lesson(classroom=make_classroom(teacher=lesson.classroom.teacher))
    make_participant(classroom=other.classroom, user=user)
    answer(link_of(here))
    page = logged_in(user).get(reverse("my_lesson", args=[other.id])).content.decode()
    assert OWN in re.findall(r'name="choice" value="(\w+)"', page)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ({}, {"requires_guardian_consent", "school_asks_guardians"}),
        ({"requires_guardian_consent": "on"}, {"school_asks_guardians"}),
        ({"requires_guardian_consent": "on", "school_asks_guardians": "on"}, set()),
    ],
)
def test_where_the_law_wants_verifiable_consent_the_school_alone_asks(typed, wanted):
    client = logged_in(make_admin(school=make_school(preset=None)))
    policy = {
        "jurisdiction": "us",
        "ages": ["under_13"],
        "preset": "presence",
        "readers": "browser",
        "minimum_group_size": 5,
        "counted": "everybody",
        "retention_days": 30,
        "sums_days": 90,
        "flags_days": 400,
        "log_days": 400,
        "names_days": 400,
        "minimum_age": 0,
        "ground": "COPPA; program of May",
        "decided_by": "Grace",
        "decided_on": "2026-05-04",
    }
    answer = client.post(reverse("choose_policy"), policy | typed)
    errors = answer.context["form"].errors if answer.context else {}
    assert set(errors) == wanted
