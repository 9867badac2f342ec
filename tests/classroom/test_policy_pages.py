"""The administrator's one decision."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from classroom import queries, services
from classroom.forms.policy import PolicyForm
from classroom.models import AccountChange, Attendance, Consent, Participant, Policy, SelfReport
from classroom.services.policies import ANSWERS, SETTINGS
from classroom.wire.measurement import Measurement
from tests.analyses import attentive
from tests.factories import (
    LAWFUL,
    MONDAY,
    make_admin,
    make_classroom,
    make_lesson,
    make_participant,
    make_school,
    make_user,
)
from tests.scenes import ended, measured_lesson

pytestmark = pytest.mark.django_db

CHOICE = LAWFUL | {
    "preset": "attention",
    "readers": "server",
    "minimum_group_size": "7",
    "counted": "known",
    "retention_days": "14",
    "sums_days": "60",
    "flags_days": "100",
    "log_days": "200",
    "names_days": "300",
    "minimum_age": "14",
}


def log_in_admin(client, preset=None):
    admin = make_admin(school=make_school(preset=preset))
    client.force_login(admin)
    return admin


def written(school):
    """What was done to the policy, oldest first."""
    done = AccountChange.objects.filter(school=school).order_by("id")
    return [(one.get_kind_display(), one.detail) for one in done]


def test_the_first_choice_is_written_down_with_who_made_it(client):
    admin = log_in_admin(client)
    client.post(reverse("choose_policy"), CHOICE)
    words = "Presence, self-report and attention; groups from 7 on; readings for 14 days; "
    words += "pictures: On the school's server"
    assert written(admin.school) == [("chose the policy", words)]
    assert AccountChange.objects.get().actor == admin
    assert escape(words) in client.get(reverse("people")).content.decode()


def test_each_setting_that_changes_is_written_down_from_what_to_what(client):
    admin = log_in_admin(client)
    client.post(reverse("choose_policy"), CHOICE)
    lower = {"preset": "self_report", "retention_days": "7", "requires_guardian_consent": "on"}
    client.post(reverse("choose_policy"), CHOICE | lower | {"confirmed": "yes"})
    signals = "preset: Presence, self-report and attention → Self-report only, no camera at all"
    assert written(admin.school)[1:] == [
        ("changed the policy", signals),
        ("changed the policy", "days that readings are kept: 14 → 7"),
        ("changed the policy", "guardian's consent required: no → yes"),
    ]


def test_a_policy_that_is_only_shown_for_confirmation_is_not_written_down(client):
    admin = log_in_admin(client)
    client.post(reverse("choose_policy"), CHOICE)
    client.post(reverse("choose_policy"), CHOICE | {"preset": "self_report"})
    assert len(written(admin.school)) == 1


def test_whatever_a_form_offers_is_written_down_when_it_changes():
    assert set(PolicyForm.Meta.fields) == {*SETTINGS, *ANSWERS}


def test_the_page_says_who_chose_the_policy_and_when(client):
    admin = log_in_admin(client)
    assert "Chosen by" not in client.get(reverse("choose_policy")).content.decode()
    client.post(reverse("choose_policy"), CHOICE)
    page = client.get(reverse("choose_policy")).content.decode()
    chosen_at = Policy.objects.get().chosen_at
    assert f"Chosen by {admin.shown_name}," in page and f"{chosen_at:%Y-%m-%d}" in page


def presets(content):
    return re.findall(r'<input type="radio" name="preset" value="(\w+)"([^>]*)>', content)


def test_four_presets_are_offered_and_none_is_chosen_for_the_school(client):
    log_in_admin(client)
    offered = presets(client.get(reverse("choose_policy")).content.decode())
    assert [value for value, _ in offered] == ["self_report", "presence", "attention", "full"]
    assert not any("checked" in rest for _, rest in offered)


def test_two_periods_that_contradict_each_other_both_say_so_and_nothing_is_saved(client):
    log_in_admin(client)
    content = client.post(reverse("choose_policy"), CHOICE | {"names_days": "50"}).content.decode()
    errors = dict(re.findall(r'<ul class="errors" id="id_(\w+)_error"><li>([^<]*)', content))
    assert errors == {
        "sums_days": "No longer than the names are kept: without them it says nothing.",
        "flags_days": "No longer than the names are kept: without them it says nothing.",
        "names_days": "No shorter than what needs them: Ten-second sums and Reviewed flags.",
    }
    assert "Nothing was saved." in content and not Policy.objects.exists()


def test_each_preset_says_what_is_read_from_a_picture(client):
    log_in_admin(client)
    content = client.get(reverse("choose_policy")).content.decode()
    assert content.count("From a picture:") == 4
    assert "From a picture: nothing. No camera is asked for." in content
    assert "From a picture: only whether a face is there, and how many." in content


@pytest.mark.parametrize(("role", "counted"), [("student", "accounts"), ("teacher", "everybody")])
def test_once_students_have_accounts_only_they_count_at_first(client, role, counted):
    admin = log_in_admin(client)
    make_user(role=role, school=admin.school)
    content = client.get(reverse("choose_policy")).content.decode()
    assert f'<option value="{counted}" selected>' in content


def test_the_choice_is_kept_with_who_made_it(client):
    admin = log_in_admin(client)
    answer = client.post(reverse("choose_policy"), CHOICE | {"requires_guardian_consent": "on"})
    assert answer.url == reverse("choose_policy")
    policy = Policy.objects.get(school=admin.school)
    assert (policy.allows_attention, policy.allows_expression) == (True, False)
    assert (policy.minimum_group_size, policy.retention_days, policy.minimum_age) == (7, 14, 14)
    assert (policy.sums_days, policy.flags_days, policy.log_days, policy.names_days) == (60, 100, 200, 300)
    assert policy.counted == "known"
    assert policy.requires_guardian_consent is True
    assert policy.chosen_by == admin


def test_what_holds_now_is_shown_later(client):
    log_in_admin(client, preset="presence")
    offered = presets(client.get(reverse("choose_policy")).content.decode())
    assert [value for value, rest in offered if "checked" in rest] == ["presence"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"preset": ""},
        {"preset": "demo"},
        {"preset": "everything"},
        {"minimum_group_size": "2"},
        {"minimum_group_size": "51"},
        {"retention_days": "0"},
        {"retention_days": "366"},
        {"minimum_age": "-1"},
        {"minimum_age": "100"},
        {"counted": "nobody"},
        {"sums_days": "0"},
        {"log_days": "3651"},
        {"names_days": "59"},
    ],
)
def test_a_choice_that_is_not_offered_changes_nothing(client, wrong):
    log_in_admin(client)
    answer = client.post(reverse("choose_policy"), CHOICE | wrong)
    assert 'class="errors"' in answer.content.decode()
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    ("name", "least", "most", "default"),
    [
        ("minimum_group_size", 3, 50, 5),
        ("retention_days", 1, 365, 30),
        ("sums_days", 1, 3650, 90),
        ("names_days", 1, 3650, 400),
        ("minimum_age", 0, 99, 16),
    ],
)
def test_the_page_tells_the_range_and_what_is_usual(client, name, least, most, default):
    log_in_admin(client)
    content = client.get(reverse("choose_policy")).content.decode()
    assert f'name="{name}" value="{default}" min="{least}" max="{most}" required' in content


def test_an_administrator_without_a_school_has_nothing_to_choose(client):
    admin = log_in_admin(client)
    admin.school = None
    admin.save()
    assert client.get(reverse("choose_policy")).status_code == 404


# --- a policy that allows less ---


def narrowed(client, **changes):
    return client.post(reverse("choose_policy"), CHOICE | {"preset": "presence"} | changes)


def test_before_less_is_allowed_it_says_how_much_that_concerns(client):
    admin = log_in_admin(client, preset="full")
    ended(measured_lesson(admin.school, started_at=timezone.now() - timedelta(days=20), students=5))
    content = narrowed(client).content.decode()
    counts = dict(re.findall(r'data-count="(\w+)">(\d+)<', content))
    assert counts == {
        "lessons_read": "1",
        "lessons_summed": "1",
        "flags": "10",
        "reports": "1",
        "past_lessons_read": "1",
        "past_flags": "5",
    }
    assert Policy.objects.get(school=admin.school).preset == "full"
    assert "lesson: what is no longer allowed is deleted from its readings" in content
    assert "flags that rest on it, reviewed ones too: deleted" in content


def test_what_was_asked_for_is_saved_once_it_is_confirmed(
    client, monkeypatch, django_capture_on_commit_callbacks
):
    asked = []
    monkeypatch.setattr("classroom.services.policies.send_policy_task", asked.append)
    admin = log_in_admin(client, preset="full")
    shown = narrowed(client, requires_guardian_consent="on").content.decode()
    repeated = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("choose_policy"), repeated | {"confirmed": "yes"})
    assert answer.url == reverse("choose_policy")
    policy = Policy.objects.get(school=admin.school)
    assert (policy.preset, policy.names_days, policy.requires_guardian_consent) == ("presence", 300, True)
    assert asked == [admin.school_id]


def test_a_box_that_was_left_empty_stays_so_through_the_confirmation(client):
    admin = log_in_admin(client, preset="full")
    shown = narrowed(client).content.decode()
    repeated = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown))
    client.post(reverse("choose_policy"), repeated | {"confirmed": "yes"})
    assert Policy.objects.get(school=admin.school).requires_guardian_consent is False


def test_a_confirmation_speaks_of_deleting_only_where_something_is_stored(client):
    admin = log_in_admin(client, preset="full")
    assert "Save this policy and delete that" not in narrowed(client).content.decode()
    ended(measured_lesson(admin.school, started_at=timezone.now() - timedelta(days=20), students=5))
    assert "Save this policy and delete that" in narrowed(client).content.decode()


AS_BEFORE = LAWFUL | {
    "readers": "server",
    "minimum_group_size": "5",
    "counted": "everybody",
    "retention_days": "30",
    "sums_days": "90",
    "flags_days": "400",
    "log_days": "400",
    "names_days": "400",
    "minimum_age": "16",
}
MORE = "This policy allows more than the one before"


def post_policy(client, **fields):
    return client.post(reverse("choose_policy"), AS_BEFORE | fields, follow=True).content.decode()


def test_where_the_same_is_saved_again_nothing_is_asked(client):
    log_in_admin(client, preset="presence")
    saved = post_policy(client, preset="presence", minimum_age="14")
    assert "The policy is saved and holds from now on." in saved
    assert "What may be computed?" in saved  # the page that the administrator came from


@pytest.mark.parametrize(
    ("before", "after", "told", "untold"),
    [
        ("self_report", "presence", ["Whether a face"], ["Where head and eyes", "seven expressions"]),
        ("presence", "attention", ["Where head and eyes"], ["Whether a face", "seven expressions"]),
        (
            "attention",
            "full",
            ["seven expressions", "Article 5(1)(f)"],
            ["Whether a face", "Where head and eyes"],
        ),
        ("self_report", "full", ["Whether a face", "Where head and eyes", "seven expressions"], []),
    ],
)
def test_a_wider_policy_is_confirmed_with_what_is_read_then_in_the_students_words(
    client, before, after, told, untold
):
    admin = log_in_admin(client, preset=before)
    asked = post_policy(client, preset=after)
    assert MORE in asked and "Students are asked again." in asked
    assert all(words in asked for words in told) and not any(words in asked for words in untold)
    assert Policy.objects.get(school=admin.school).preset == before
    repeated = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked))
    saved = post_policy(client, **repeated, confirmed="yes")
    assert Policy.objects.get(school=admin.school).preset == after
    assert "are asked again" in saved and "What may be computed?" in saved


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"retention_days": "60"}, "is kept for 60 days instead of 30"),
        ({"sums_days": "120"}, "sums are kept for 120 days instead of 90"),
        ({"minimum_group_size": "4"}, "from 4 counted students instead of 5"),
    ],
)
def test_limits_that_grow_are_confirmed_too(client, fields, sentence):
    admin = log_in_admin(client, preset="presence")
    asked = post_policy(client, preset="presence", **fields)
    assert MORE in asked and sentence in asked and "Whether a face" not in asked
    assert Policy.objects.get(school=admin.school).retention_days == 30


def test_that_more_count_towards_the_smallest_group_is_confirmed_too(client):
    admin = log_in_admin(client, preset="attention")
    Policy.objects.filter(school=admin.school).update(counted="accounts")
    asked = post_policy(client, preset="attention")
    assert MORE in asked and "“Everybody who is here” instead of “Students with an account only”" in asked
    assert Policy.objects.get(school=admin.school).counted == "accounts"


@pytest.mark.parametrize(
    ("fields", "title"),
    [({}, "This policy reads pictures elsewhere than the one before"), ({"retention_days": "60"}, MORE)],
)
def test_reading_in_the_browser_instead_of_on_the_server_is_not_called_more(client, fields, title):
    admin = log_in_admin(client, preset="attention")
    Policy.objects.filter(school=admin.school).update(readers="server")
    asked = post_policy(client, preset="attention", **{"readers": "browser", **fields})
    assert title in asked and "Students are asked again." in asked and "less in part" not in asked
    assert ("What increases" in asked) == (MORE in asked) == bool(fields)
    assert "“In the student&#x27;s browser only” instead of “On the school&#x27;s server”" in asked


def test_that_something_is_deleted_too_is_said_with_where_pictures_are_read(client):
    admin = log_in_admin(client, preset="attention")
    Policy.objects.filter(school=admin.school).update(readers="server")
    ended(measured_lesson(admin.school, started_at=timezone.now() - timedelta(days=20), students=5))
    asked = post_policy(client, preset="attention", readers="browser", retention_days="7")
    assert "reads pictures elsewhere than the one before, and allows less in part</h1>" in asked


def test_what_allows_more_here_and_less_there_is_confirmed_once_with_both(client):
    log_in_admin(client, preset="attention")
    asked = post_policy(client, preset="full", retention_days="7")
    assert "more than the one before, and in part less" in asked
    assert "seven expressions" in asked and "Nothing is stored that it would change." in asked


# --- erasing a place for a student who asks ---


def test_an_administrator_finds_and_erases_a_place_of_the_own_school_alone(client):
    admin = log_in_admin(client, preset="full")
    own = make_participant(classroom=make_classroom(school=admin.school), display_name="Ada Lovelace")
    other = make_participant(display_name="Ada Byron")
    found = client.get(reverse("places"), {"name": "ada"}).content.decode()
    assert "Ada Lovelace" in found
    assert "Ada Byron" not in found
    assert client.get(reverse("places")).content.decode().count("Lovelace") == 0
    assert "Erase Ada Lovelace" in client.get(reverse("erase_participant", args=[own.id])).content.decode()
    assert Participant.objects.filter(id=own.id).exists()
    receipt = client.post(reverse("erase_participant", args=[own.id]), follow=True).content.decode()
    assert "The place was removed" in receipt and "Times of attendance" in receipt
    assert "You have withdrawn" not in receipt and "your" not in receipt.partition("<main")[2].lower()
    assert "Lovelace" not in receipt
    assert client.post(reverse("erase_participant", args=[other.id])).status_code == 404
    assert set(Participant.objects.all()) == {other}


@pytest.mark.parametrize("choice", ["no_camera", "class_mood"])
def test_the_receipt_of_an_administrator_does_not_tell_who_had_a_camera_or_said_what(client, choice):
    admin = log_in_admin(client, preset="full")
    lesson = make_lesson(classroom=make_classroom(school=admin.school))
    student = make_participant(lesson=lesson, choice=choice)
    Attendance.objects.create(lesson=lesson, participant=student, joined_at=MONDAY, last_seen_at=MONDAY)
    if choice == "class_mood":
        (consent,) = student.consents.all()
        measurement = Measurement(student.id, consent.id, MONDAY, attentive())
        services.record_readings(lesson_id=lesson.id, measurements=[measurement])
        SelfReport.objects.create(lesson=lesson, participant=student, at=MONDAY, kind="lost")
    receipt = client.post(reverse("erase_participant", args=[student.id])).url
    told = client.get(receipt, {"format": "json"}).json()["deleted"]
    assert told == {"stays": 1, "looks": 0}


def readers(content):
    return re.findall(r'<input type="radio" name="readers" value="(\w+)"([^>]*)>', content)


def test_a_school_that_chooses_first_is_offered_the_students_browser(client):
    log_in_admin(client)
    offered = readers(client.get(reverse("choose_policy")).content.decode())
    assert [value for value, _ in offered] == ["browser", "server", "either"]
    assert [value for value, rest in offered if "checked" in rest] == ["browser"]


def test_who_does_not_say_where_pictures_are_read_saves_nothing(client):
    log_in_admin(client)
    for said in ({}, {"readers": "elsewhere"}):
        fields = {name: value for name, value in CHOICE.items() if name != "readers"} | said
        content = client.post(reverse("choose_policy"), fields).content.decode()
        assert 'id="readers-errors"' in content and not Policy.objects.exists()


@pytest.mark.parametrize(
    ("before", "after", "asked", "stops"),
    [
        ("server", "browser", True, True),
        ("server", "either", True, False),
        ("either", "browser", False, False),
    ],
)
def test_another_place_is_confirmed_written_down_and_asks_students_again(client, before, after, asked, stops):
    admin = log_in_admin(client)
    client.post(reverse("choose_policy"), CHOICE | {"readers": before})
    lesson = make_lesson(classroom=make_classroom(school=admin.school))
    make_participant(lesson=lesson, choice="own_results")
    content = client.post(reverse("choose_policy"), CHOICE | {"readers": after}).content.decode()
    assert ("Students are asked again." in content) is asked
    assert ("nobody has agreed to the new place yet" in content) is stops
    client.post(reverse("choose_policy"), CHOICE | {"readers": after, "confirmed": "yes"})
    labels = dict(Policy.Readers.choices)
    change = f"where pictures are read: {labels[before]} → {labels[after]}"
    assert written(admin.school)[1:] == [("changed the policy", change)]
    consent = Consent.objects.get()
    assert queries.asks_again(Policy.objects.get().terms, consent) is asked


def test_without_a_camera_the_place_is_of_no_consequence(client):
    log_in_admin(client)
    client.post(reverse("choose_policy"), CHOICE | {"preset": "self_report"})
    client.post(reverse("choose_policy"), CHOICE | {"preset": "self_report", "readers": "browser"})
    assert Policy.objects.get().readers == "browser"
