"""A student's own pages of a lesson: whose they are, what they offer, what they record and delete."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import access, services
from classroom.access_log import log_looks
from classroom.consent_words import VERSIONS
from classroom.models import Consent, Lesson, Participant, Policy, Reading, SelfReport
from classroom.models.reviews import Place
from classroom.wire.measurement import Measurement
from emotion.labels import Emotion
from tests.analyses import NO_FACE, attentive, resembling, turned_away
from tests.factories import (
    make_admin,
    make_classroom,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
    make_user,
)

pytestmark = pytest.mark.django_db
PAGES = ("my_lesson", "my_data", "withdraw", "erase_place")
ACTIONS = ("give_consent", "withdraw", "my_self_report", "erase_place", "leave_computer")


def live_lesson(*, preset="full", policy=None, **fields):
    school = make_school(preset=preset)
    if policy:
        Policy.objects.filter(school=school).update(**{"minimum_age": 0, **policy})
    elif preset:
        Policy.objects.filter(school=school).update(minimum_age=0)
    classroom = make_classroom(school=school)
    return make_lesson(classroom=classroom, started_at=timezone.now() - timedelta(minutes=5), **fields)


def client_of(participant):
    client = Client()
    name, value = access.guest_cookie(participant)
    client.cookies[name] = value
    return client


def url(name, lesson):
    return reverse(name, kwargs={"lesson_id": lesson.id})


def page(participant, lesson, name="my_lesson", query=""):
    return client_of(participant).get(url(name, lesson) + query).content.decode()


def measure(lesson, participant, *analyses):
    consent = Consent.objects.get(lesson=lesson, participant=participant, ended_at=None)
    measurements = [
        Measurement(participant.id, consent.id, lesson.started_at + timedelta(seconds=10 + i), analysis)
        for i, analysis in enumerate(analyses)
    ]
    services.record_readings(lesson_id=lesson.id, measurements=measurements)


# --- whose pages they are ---


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_served_to_its_own_student_alone(client, name):
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="own_results")
    elsewhere = make_participant()
    assert client_of(own).get(url(name, lesson)).status_code == 200
    assert client.get(url(name, lesson)).status_code == 404
    assert client_of(elsewhere).get(url(name, lesson)).status_code == 404


@pytest.mark.parametrize("name", ACTIONS)
def test_nobody_acts_for_a_student(client, name):
    lesson = live_lesson()
    make_participant(lesson=lesson, choice="own_results")
    strangers = [Client(), Client(), client_of(make_participant())]
    strangers[0].force_login(lesson.classroom.teacher)
    strangers[1].force_login(make_user())
    for stranger in strangers:
        data = {"choice": "no_camera", "kind": "lost"}
        assert stranger.post(url(name, lesson), data).status_code == 404
    assert Consent.objects.get().choice == "own_results"


def test_a_student_reads_the_own_data_and_never_that_of_another():
    lesson = live_lesson()
    ada = make_participant(lesson=lesson, choice="own_results", display_name="Ada")
    ben = make_participant(lesson=lesson, choice="own_results", display_name="Ben")
    measure(lesson, ada, attentive(), attentive())
    measure(lesson, ben, turned_away())
    assert 'data-count="readings">2<' in page(ada, lesson, "my_data")
    assert 'data-count="readings">1<' in page(ben, lesson, "my_data")
    assert "Ben" not in page(ada, lesson, "my_data")


def test_an_account_is_recognised_without_a_cookie(client):
    lesson = live_lesson()
    student = make_user()
    make_participant(lesson=lesson, choice="no_camera", user=student)
    client.force_login(student)
    assert client.get(url("my_lesson", lesson)).status_code == 200


@pytest.mark.parametrize("name", ["give_consent", "my_self_report"])
def test_what_changes_something_is_not_a_link(name):
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="own_results")
    assert client_of(own).get(url(name, lesson)).status_code == 405


# --- the ways to take part ---


def test_three_ways_are_offered_alike_and_none_is_chosen_beforehand():
    lesson = live_lesson()
    shown = page(make_participant(lesson=lesson), lesson)
    buttons = [line.strip() for line in shown.splitlines() if 'name="choice"' in line]
    assert [button.split('value="')[1].split('"')[0] for button in buttons] == [
        "no_camera",
        "class_mood",
        "own_results",
    ]
    assert len({button.split('class="')[1].split('"')[0] for button in buttons}) == 1
    assert "checked" not in shown
    assert "Your choice now" not in shown


@pytest.mark.parametrize("choice", Consent.Choice.values)
def test_a_choice_is_recorded_with_version_lesson_and_time(choice):
    lesson = live_lesson()
    own = make_participant(lesson=lesson)
    before = timezone.now()
    response = client_of(own).post(url("give_consent", lesson), {"choice": choice})
    consent = Consent.objects.get(participant=own)
    assert response.url == url("my_lesson", lesson)
    assert (consent.lesson, consent.choice, consent.version) == (lesson, choice, VERSIONS["en"])
    assert before <= consent.given_at <= timezone.now()
    assert 'data-page="live"' in page(own, lesson)


@pytest.mark.parametrize("choice", ["", "everything"])
def test_it_records_no_choice_that_is_none(choice):
    lesson = live_lesson()
    own = make_participant(lesson=lesson)
    response = client_of(own).post(url("give_consent", lesson), {"choice": choice})
    assert 'role="alert"' in response.content.decode()
    assert not Consent.objects.exists()


def test_a_change_of_mind_ends_the_choice_before():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="own_results")
    assert "Your choice now" in page(own, lesson, query="?change")
    client_of(own).post(url("give_consent", lesson), {"choice": "class_mood"})
    first, second = Consent.objects.filter(participant=own).order_by("id")
    assert (first.choice, first.ended_at is None) == ("own_results", False)
    assert (second.choice, second.ended_at is None) == ("class_mood", True)
    assert "Counted in the class mood" in page(own, lesson)


def test_a_choice_made_under_older_words_is_asked_for_again():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="class_mood")
    Consent.objects.update(version=VERSIONS["en"] - 1)
    assert 'data-page="choose"' in page(own, lesson)


AGE = {"minimum_age": 14}
GUARDIAN = {"requires_guardian_consent": True}


@pytest.mark.parametrize(
    ("policy", "answers", "is_accepted"),
    [
        (AGE, {"choice": "class_mood"}, False),
        (AGE, {"choice": "class_mood", "is_old_enough": "on"}, True),
        (AGE, {"choice": "no_camera"}, True),
        (GUARDIAN, {"choice": "own_results"}, False),
        (GUARDIAN, {"choice": "no_camera"}, True),
        (AGE | GUARDIAN, {"choice": "class_mood", "is_old_enough": "on"}, False),
    ],
)
def test_a_camera_needs_the_confirmations_of_the_policy(policy, answers, is_accepted):
    lesson = live_lesson(policy=policy)
    own = make_participant(lesson=lesson)
    client_of(own).post(url("give_consent", lesson), answers)
    assert Consent.objects.exists() == is_accepted


def test_the_confirmations_are_asked_for_in_words():
    lesson = live_lesson(policy=AGE)
    shown = page(make_participant(lesson=lesson), lesson)
    assert "I am at least 14 years old." in shown


def test_a_missing_confirmation_is_said_beside_its_field_and_at_the_button_that_was_pressed():
    lesson = live_lesson(policy=AGE)
    own = client_of(make_participant(lesson=lesson))
    fresh = own.get(url("my_lesson", lesson)).content.decode()
    said = "Tick this to join with a camera: I am at least 14 years old."
    assert said not in fresh and "autofocus" not in fresh
    shown = own.post(url("give_consent", lesson), {"choice": "own_results"}).content.decode()
    form = shown.split(f'action="{url("give_consent", lesson)}"')[1].split("</form>")[0]
    assert form.startswith(" novalidate"), "no bubble of the browser's stands in the way of these words"
    field, own_button = form.split("</fieldset>")[0], form.split('value="own_results"')[1].split("</div>")[0]
    assert 'autofocus aria-invalid="true" aria-describedby="id_is_old_enough_error"' in field
    assert f'id="id_is_old_enough_error"><li>{said}' in field
    assert f'<a href="#id_is_old_enough">{said}</a>' in own_button
    assert shown.count(said) == 2


def test_a_confirmation_that_was_given_stays_ticked_where_something_else_is_missing():
    lesson = live_lesson(policy=AGE)
    own = client_of(make_participant(lesson=lesson))
    shown = own.post(url("give_consent", lesson), {"is_old_enough": "on"}).content.decode()
    assert "Choose one of the ways to take part." in shown
    assert re.search(r'name="is_old_enough"[^>]* checked>', shown)


NO_CAMERA, CLASS_MOOD, OWN = "no_camera", "class_mood", "own_results"


def offered(shown):
    return re.findall(r'name="choice" value="(\w+)"', shown)


@pytest.mark.parametrize(
    ("preset", "ways", "why"),
    [
        ("self_report", [NO_CAMERA], "so there is one way to take part: without camera"),
        ("presence", [NO_CAMERA, OWN], "nothing to be read that could be told of the class as a whole"),
        ("attention", [NO_CAMERA, CLASS_MOOD, OWN], None),
        ("full", [NO_CAMERA, CLASS_MOOD, OWN], None),
    ],
)
def test_no_camera_is_offered_from_which_nothing_would_be_shown(preset, ways, why):
    lesson = live_lesson(preset=preset)
    own = make_participant(lesson=lesson)
    shown = page(own, lesson)
    assert offered(shown) == ways
    assert ('class="notice"' in shown) == (why is not None)
    assert why is None or why in shown
    for choice in {CLASS_MOOD, OWN} - set(ways):
        answer = client_of(own).post(url("give_consent", lesson), {"choice": choice})
        assert "This way is not offered to you here" in answer.content.decode()
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("counted", "fields", "why"),
    [
        ("accounts", {}, "Your school counts only students with an account"),
        ("known", {}, "counts only students who were here on an earlier day"),
        ("everybody", {"is_trial": True}, "you are never counted in the class"),
    ],
)
def test_who_cannot_be_counted_is_told_why_and_is_not_asked_for_a_camera_for_that(counted, fields, why):
    lesson = live_lesson(policy={"counted": counted})
    shown = page(make_participant(lesson=lesson, **fields), lesson)
    assert why in shown
    assert offered(shown) == [NO_CAMERA, OWN]


@pytest.mark.parametrize(("counted", "is_warned"), [("everybody", True), ("known", False)])
def test_where_everybody_counts_it_says_that_false_students_can_be_added(counted, is_warned):
    lesson = live_lesson(policy={"counted": counted})
    own = make_participant(lesson=lesson)
    Participant.objects.update(created_at=lesson.started_at - timedelta(days=1))
    warning = "Anyone with the link can add false students. Your teacher could then work out your result."
    assert (warning in page(own, lesson)) == is_warned
    assert CLASS_MOOD in offered(page(own, lesson))


def test_somebody_real_in_a_demonstration_is_read_as_the_own_school_allows():
    lesson = live_lesson(preset="presence", is_simulation=True)
    shown = page(make_participant(lesson=lesson, is_trial=True), lesson)
    assert offered(shown) == [NO_CAMERA, OWN]
    assert "Which of seven expressions" not in shown


@pytest.mark.parametrize(
    ("role", "says"),
    [
        ("admin", "Choose the policy"),
        ("teacher", "Ask: Grace Hopper"),
        (None, "Tell your teacher"),
    ],
)
def test_without_a_policy_the_page_leads_to_who_can_choose_one(client, role, says):
    lesson = live_lesson(preset=None, is_simulation=True)
    school = lesson.classroom.school
    admin = make_admin(school=school, first_name="Grace", last_name="Hopper")
    visitor = {"admin": admin, "teacher": lesson.classroom.teacher, None: None}[role]
    own = make_participant(lesson=lesson, user=visitor, is_trial=True)
    if visitor:
        client.force_login(visitor)
    else:
        client = client_of(own)
    shown = client.get(url("my_lesson", lesson)).content.decode()
    assert says in shown
    assert (reverse("choose_policy") in shown.split("<main")[1]) == (role == "admin")


def test_without_any_administrator_the_page_says_so(client):
    lesson = live_lesson(preset=None)
    make_participant(lesson=lesson, user=lesson.classroom.teacher)
    client.force_login(lesson.classroom.teacher)
    assert "has no administrator yet" in client.get(url("my_lesson", lesson)).content.decode()


@pytest.mark.parametrize(
    ("answers", "age"),
    [
        ({"choice": "class_mood", "is_old_enough": "on"}, 14),
        ({"choice": "no_camera"}, None),
    ],
)
def test_what_was_confirmed_is_kept_as_it_was_given_and_can_be_read(answers, age):
    lesson = live_lesson(policy=AGE)
    own = make_participant(lesson=lesson)
    client_of(own).post(url("give_consent", lesson), answers)
    consent = Consent.objects.get()
    assert (consent.confirmed_age, consent.guardian_confirmed) == (age, None)
    shown = page(own, lesson, "my_data")
    assert ("you said you are at least 14" in shown) == (age == 14)


def test_what_a_student_once_said_of_a_guardian_can_still_be_read():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="own_results")
    Consent.objects.update(guardian_confirmed=True)
    assert "you said a parent or guardian agreed" in page(own, lesson, "my_data")


def test_what_was_agreed_to_is_shown_and_downloaded():
    lesson = live_lesson(preset="attention", policy={"retention_days": 8, "sums_days": 9})
    own = make_participant(lesson=lesson)
    client_of(own).post(url("give_consent", lesson), {"choice": OWN})
    shown = page(own, lesson, "my_data")
    assert "whether a face is there, head and eyes" in shown
    assert "readings kept for 8 days, ten-second sums for 9" in shown
    assert "class results shown only when at least 5 students count" in shown
    document = client_of(own).get(url("my_data", lesson) + "?format=json").json()
    (agreed,) = document["summary"]["consents"]
    assert agreed["signals"] == ["attention", "presence"]
    assert (agreed["retention_days"], agreed["sums_days"], agreed["minimum_group_size"]) == (8, 9, 5)
    assert (agreed["version"], agreed["confirmed_age"]) == (VERSIONS["en"], None)


def test_after_the_policy_widened_the_page_has_places_for_what_was_agreed_to_alone():
    lesson = live_lesson(preset="presence")
    own = make_participant(lesson=lesson, choice=OWN)
    Policy.objects.update(allows_attention=True, allows_expression=True, preset="full")
    shown = page(own, lesson)
    assert 'data-signals="presence"' in shown
    assert 'data-value="expression"' not in shown
    assert "Your school now allows more than you agreed to." in shown
    assert "Which of seven expressions" in page(own, lesson, query="?change")


def test_the_words_tell_every_period():
    lesson = live_lesson()
    Policy.objects.update(retention_days=21, sums_days=42, flags_days=84, log_days=168, names_days=336)
    shown = page(make_participant(lesson=lesson), lesson)
    for days in (21, 42, 84, 168, 336):
        assert f"{days} days" in shown


@pytest.mark.parametrize(
    ("preset", "computed", "never"),
    [
        ("presence", ["Whether a face is in the picture"], ["head and eyes", "expression"]),
        ("attention", ["Where head and eyes point"], ["expression"]),
        ("full", ["Where head and eyes point", "Which of seven expressions"], []),
    ],
)
def test_the_words_follow_the_policy(preset, computed, never):
    lesson = live_lesson(preset=preset)
    Policy.objects.update(retention_days=21, minimum_group_size=7)
    shown = page(make_participant(lesson=lesson), lesson)
    for words in computed:
        assert words in shown
    assert ("Not allowed here, so never computed:" in shown) == bool(never)
    assert "21 days" in shown
    assert ("at least 7 are counted" in shown) == (preset != "presence")


@pytest.mark.parametrize(
    ("preset", "shows_expression", "shows_attention"),
    [("presence", False, False), ("attention", False, True), ("full", True, True)],
)
def test_the_live_page_has_a_place_only_for_what_is_computed(preset, shows_expression, shows_attention):
    lesson = live_lesson(preset=preset)
    shown = page(make_participant(lesson=lesson, choice="own_results"), lesson)
    assert ('data-value="expression"' in shown) == shows_expression
    assert ('data-value="head"' in shown) == shows_attention
    assert ('data-value="level"' in shown) == shows_attention


BESIDE_THE_NAME = ("shown to your teacher too", "sees your tap beside your name")


@pytest.mark.parametrize(
    ("choice", "says"), [("own_results", "show your own"), ("class_mood", "be counted in")]
)
def test_after_the_policy_is_lowered_the_page_says_what_holds_now(choice, says):
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice=choice)
    before = page(own, lesson)
    assert [words in before for words in BESIDE_THE_NAME] == 2 * [choice == "own_results"]
    assert ("data-counted" in before) == (choice == "class_mood")
    assert "not allow that now" not in before
    Policy.objects.update(
        preset="self_report", allows_presence=False, allows_attention=False, allows_expression=False
    )
    after = page(own, lesson)
    assert f"You chose to {says}" in after
    assert "not allow that now" in after
    assert "the same as without camera" in after
    assert "Your teacher sees how many tapped what, not who." in after
    assert not any(
        words in after for words in (*BESIDE_THE_NAME, "data-counted", "Counted in the class mood")
    )


def test_a_class_that_no_longer_counts_a_student_is_not_said_to():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="class_mood")
    Policy.objects.update(counted="accounts")
    assert "You are not counted yet" not in page(own, lesson)


def test_after_the_end_nothing_is_agreed_to_any_more():
    lesson = live_lesson()
    own = make_participant(lesson=lesson)
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    response = client_of(own).post(url("give_consent", lesson), {"choice": "no_camera"})
    assert "This lesson has ended." in response.content.decode()
    assert not Consent.objects.exists()
    assert url("my_data", lesson) in page(own, lesson)


# --- self-report ---


def test_a_tap_is_recorded_without_camera_and_without_scripts():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="no_camera")
    response = client_of(own).post(url("my_self_report", lesson), {"kind": "lost"})
    assert response.url == url("my_lesson", lesson)
    assert SelfReport.objects.get().kind == "lost"
    assert 'value="lost" aria-pressed="true"' in page(own, lesson)
    assert 'value="following" aria-pressed="false"' in page(own, lesson)


def test_a_tap_that_cannot_be_taken_is_answered_with_the_reason():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="no_camera")
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    answer = client_of(own).post(
        url("my_self_report", lesson), {"kind": "lost"}, headers={"accept": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json() == {"error": "This lesson has ended."}


def test_the_buttons_are_absent_where_the_policy_forbids_them():
    lesson = live_lesson(policy={"allows_self_report": False})
    shown = page(make_participant(lesson=lesson, choice="no_camera"), lesson)
    assert 'class="button tap"' not in shown


# --- withdrawal ---


def test_withdrawal_deletes_at_once_and_leads_to_a_receipt():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="own_results")
    other = make_participant(lesson=lesson, choice="own_results")
    measure(lesson, own, attentive(), attentive(), NO_FACE)
    measure(lesson, other, attentive())
    services.report_self(lesson_id=lesson.id, participant_id=own.id, kind="lost", now=timezone.now())
    asked = page(own, lesson, "withdraw")
    assert "Withdraw from this lesson?" in asked
    assert Reading.objects.filter(participant=own).count() == 3
    receipt = client_of(own).post(url("withdraw", lesson), follow=True).content.decode()
    assert 'data-count="readings">3<' in receipt
    assert 'data-count="bins">1<' in receipt
    assert 'data-count="self_reports">1<' in receipt
    assert 'data-count="flags">0<' in receipt
    assert "Join again" in receipt
    assert list(Reading.objects.values_list("participant", flat=True)) == [other.id]
    consent = Consent.objects.get(participant=own)
    assert consent.was_withdrawn
    assert consent.ended_at is not None
    assert 'data-page="choose"' in page(own, lesson)


def test_before_a_withdrawal_the_pages_name_what_its_receipt_names():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="own_results")
    browser = client_of(own)
    everywhere = reverse("withdraw_everywhere")
    asked = [browser.get(one).content.decode() for one in (url("withdraw", lesson), everywhere)]
    told = [browser.post(one, follow=True).content.decode() for one in (url("withdraw", lesson), everywhere)]
    for shown in (*asked, *told):
        assert "sums over ten seconds" in shown.lower()
        assert "and who looked at your results: for as long as" in shown


def test_withdrawal_is_possible_after_the_lesson_too():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="class_mood")
    measure(lesson, own, attentive())
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    receipt = client_of(own).post(url("withdraw", lesson), follow=True).content.decode()
    assert 'data-count="readings">1<' in receipt
    assert "Join again" not in receipt
    assert Lesson.objects.get().report_state == "pending"


def test_a_receipt_survives_a_reload_and_can_be_downloaded_by_whoever_has_it(client):
    lesson = live_lesson(title="Waves and <light>")
    own = make_participant(lesson=lesson, choice="own_results", display_name="Ada")
    measure(lesson, own, attentive())
    address = client_of(own).post(url("withdraw", lesson)).url
    assert 'data-count="readings">1<' in client_of(own).get(address).content.decode()
    receipt = client.get(address).content.decode()
    assert 'data-count="readings">1<' in receipt
    assert "Ada" not in receipt.split("<main")[1]
    assert "Join again" not in receipt
    document = client.get(address + "?format=json")
    assert "attachment" in document["Content-Disposition"]
    said = {"self_reports": 0, "answers": 0, "questions": 0, "votes": 0}
    assert document.json()["deleted"] == {"readings": 1, "bins": 1, **said, "flags": 0}
    text = client.get(address + "?format=txt").content.decode()
    assert "Waves and <light>" in text
    assert "1  Readings from your pictures" in text
    assert "Ada" not in text


def test_a_receipt_that_the_product_did_not_write_is_none(client):
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="own_results")
    address = client_of(own).post(url("withdraw", lesson)).url
    assert client.get(address[:-6] + "AAAA/").status_code == 404


# --- the place itself ---


def test_a_student_deletes_the_place_and_the_browser_forgets_it():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="own_results", display_name="Ada")
    other = make_participant(lesson=lesson, choice="own_results")
    measure(lesson, own, attentive())
    measure(lesson, other, attentive())
    browser = client_of(own)
    assert url("erase_place", lesson) in page(own, lesson, "my_data")
    assert "Delete your place in" in page(own, lesson, "erase_place")
    answer = browser.post(url("erase_place", lesson))
    assert set(Participant.objects.all()) == {other}
    assert Reading.objects.get().participant == other
    cookie = answer.cookies[access.guest_cookie(own)[0]]
    assert (cookie.value, cookie["max-age"]) == ("", 0)
    receipt = browser.get(answer.url).content.decode()
    assert "The place is deleted" in receipt
    assert 'data-count="readings">1<' in receipt
    assert 'data-count="consents">1<' in receipt
    assert "See what is still stored" not in receipt
    assert browser.get(url("my_lesson", lesson)).status_code == 404


def test_an_account_deletes_its_place_and_stays_an_account(client):
    lesson = live_lesson()
    student = make_user()
    make_participant(lesson=lesson, choice="no_camera", user=student)
    client.force_login(student)
    assert client.post(url("erase_place", lesson), follow=True).status_code == 200
    student.refresh_from_db()
    assert not Participant.objects.exists()


def test_a_guest_leaves_a_device_that_others_use():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="own_results")
    browser = client_of(own)
    assert "Leave this device" in page(own, lesson)
    answer = browser.post(url("leave_computer", lesson))
    assert answer.url == reverse("join_classroom", kwargs={"token": lesson.classroom.join_token})
    assert "This browser has forgotten you." in browser.get(answer.url).content.decode()
    assert browser.get(url("my_lesson", lesson)).status_code == 404
    assert Participant.objects.filter(id=own.id).exists()


# --- the own data ---


def test_own_data_sums_up_what_was_read_said_and_looked_at():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="own_results")
    measure(lesson, own, attentive(), attentive(), attentive(), NO_FACE)
    services.report_self(lesson_id=lesson.id, participant_id=own.id, kind="following", now=timezone.now())
    teacher = make_teacher(school=lesson.classroom.school, first_name="Emmy", last_name="Noether")
    log_looks(
        viewer=teacher,
        lesson_id=lesson.id,
        participant_ids=[own.id],
        place=Place.DASHBOARD,
        now=timezone.now(),
    )
    shown = page(own, lesson, "my_data")
    assert 'data-count="readings">4<' in shown
    assert "expression clearly neutral" in shown
    assert "Emmy Noether" in shown
    assert "during the lesson" in shown
    assert "following" in shown
    assert "Show my own results to my teacher too" in shown


def test_own_data_says_how_clear_an_expression_was_and_no_percentage():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="own_results")
    unsure = replace(attentive(), expression=replace(resembling(Emotion.SAD), uncertain=True))
    faint = replace(attentive(), expression=resembling(Emotion.SAD, 0.6))
    measure(lesson, own, attentive(), faint, faint, unsure)
    shown = page(own, lesson, "my_data")
    table = shown[shown.index("<caption>Expressions</caption>") :]
    table = table[: table.index("</table>")]
    told = re.findall(r'<th scope="row">([^<]+)</th>.*?<td class="numeric">(\d+)</td>', table, re.DOTALL)
    assert told == [
        ("expression weakly resembles sadness", "2"),
        ("expression clearly neutral", "1"),
        ("not sure which expression", "1"),
    ]
    assert "%" not in table


def test_the_day_since_which_a_place_is_there_is_written_as_every_other_date():
    lesson = live_lesson()
    shown = client_of(make_participant(lesson=lesson)).get(reverse("all_my_data")).content.decode()
    assert re.search(r'since <time datetime="[^"]+" data-local="date">', shown)


def test_own_data_comes_as_json_with_every_reading():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="own_results", display_name="Ada")
    measure(lesson, own, attentive(), NO_FACE)
    response = client_of(own).get(url("my_data", lesson) + "?format=json")
    document = json.loads(response.content)
    assert "attachment" in response["Content-Disposition"]
    assert document["participant"]["name"] == "Ada"
    assert [reading["faces"] for reading in document["readings"]] == [1, 0]
    assert document["readings"][0]["probability_neutral"] == pytest.approx(0.88)
    assert [reading["clarity"] for reading in document["readings"]] == ["clearly", None]
    assert document["summary"]["expressions"][0]["clarity"] == "clearly"
    assert document["summary"]["consents"][0]["choice"] == "own_results"


def test_own_data_comes_as_csv_with_every_reading():
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="class_mood")
    measure(lesson, own, attentive(), turned_away(), NO_FACE)
    text = client_of(own).get(url("my_data", lesson) + "?format=csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["faces"] for row in rows] == ["1", "1", "0"]
    assert float(rows[1]["yaw"]) == 60
    assert rows[2]["probability_happy"] == ""
    assert [row["clarity"] for row in rows] == ["clearly", "clearly", ""]


@pytest.mark.parametrize(("now", "shown_days"), [(5, 5), (365, 8)])
def test_own_data_says_how_long_it_is_kept(now, shown_days):
    lesson = live_lesson(policy={"retention_days": 8})
    own = make_participant(lesson=lesson)
    client_of(own).post(url("give_consent", lesson), {"choice": "own_results"})
    Consent.objects.update(given_at=lesson.started_at)
    measure(lesson, own, attentive())
    Policy.objects.update(retention_days=now)
    assert f"kept {shown_days} days after the lesson" in page(own, lesson, "my_data")


def test_the_queries_of_own_data_do_not_grow_with_its_rows(django_assert_max_num_queries):
    lesson = live_lesson()
    own = make_participant(lesson=lesson, choice="own_results")
    measure(lesson, own, *[attentive()] * 40)
    for _ in range(5):
        services.report_self(lesson_id=lesson.id, participant_id=own.id, kind="lost", now=timezone.now())
    with django_assert_max_num_queries(17):
        page(own, lesson, "my_data")


@pytest.mark.parametrize(
    "changed", [{"allows_expression": True}, {"retention_days": 300}, {"counted": "known"}]
)
def test_nobody_agrees_to_words_that_changed_after_the_page_was_read(changed):
    lesson = live_lesson(policy={"allows_expression": False})
    participant = make_participant(classroom=lesson.classroom)
    Participant.objects.update(created_at=timezone.now() - timedelta(days=2))
    choice = {"choice": "own_results", "read": read_on(page(participant, lesson))}
    Policy.objects.update(**changed)
    answer = client_of(participant).post(url("give_consent", lesson), choice).content.decode()
    assert "just changed what it allows" in answer
    assert not Consent.objects.exists()
    client_of(participant).post(url("give_consent", lesson), choice | {"read": read_on(answer)})
    assert Consent.objects.get().choice == "own_results"


def read_on(content):
    return re.search(r'name="read" value="(\w+)"', content)[1]


@pytest.mark.parametrize(
    ("readers", "said", "never_said"),
    [
        ("browser", "On your own device: no picture of you leaves it.", "sends small pictures"),
        ("server", "Your camera sends it a small picture about once a second", "no picture of you leaves"),
        ("either", "this page says so and asks you first.", "On your own device: no picture"),
    ],
)
def test_a_student_reads_where_pictures_are_read_before_choosing(readers, said, never_said):
    lesson = live_lesson(policy={"readers": readers})
    shown = page(make_participant(lesson=lesson), lesson)
    assert said in shown
    assert never_said not in shown
