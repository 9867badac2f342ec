"""Django's admin: rows of the own school, and no way to what was measured of a person."""

import pytest
from django.contrib import admin
from django.urls import reverse

from classroom.models import (
    AccessLogEntry,
    Consent,
    Flag,
    Hint,
    MoodGroup,
    Participant,
    ParticipantState,
    Reading,
    RollupBin,
    SelfReport,
)
from tests.factories import (
    MONDAY,
    make_admin,
    make_classroom,
    make_flag,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
)

pytestmark = pytest.mark.django_db
PERSONAL = (Consent, Hint, MoodGroup, ParticipantState, Reading, RollupBin, SelfReport)
LISTS = (
    "policy",
    "classroom",
    "participant",
    "lesson",
    "attendance",
    "report",
    "flag",
    "accesslogentry",
)


@pytest.fixture
def lesson():
    return make_lesson(classroom=make_classroom(name="Optics"), minutes=45)


@pytest.fixture
def keeper(client, lesson):
    """An administrator of the lesson's school who is no superuser."""
    client.force_login(make_admin(school=lesson.classroom.school, is_staff=True))
    return client


@pytest.fixture
def superuser(client):
    client.force_login(make_admin(is_staff=True, is_superuser=True))
    return client


def page(client, name, *args):
    return client.get(reverse(f"admin:classroom_{name}", args=args))


@pytest.mark.parametrize("model", PERSONAL)
def test_what_was_measured_or_agreed_to_is_not_registered(model):
    assert not admin.site.is_registered(model)


@pytest.mark.parametrize("name", LISTS)
def test_an_administrator_of_the_school_may_open_each_list(keeper, name):
    assert page(keeper, f"{name}_changelist").status_code == 200


@pytest.mark.parametrize("name", ["school", "user"])
def test_schools_and_accounts_are_for_the_superuser(client, keeper, name, lesson):
    assert page(keeper, f"{name}_changelist").status_code == 403
    client.force_login(make_admin(school=lesson.classroom.school, is_staff=True, is_superuser=True))
    assert page(client, f"{name}_changelist").status_code == 200


@pytest.mark.parametrize("make", [make_teacher, make_admin])
def test_who_is_not_staff_is_sent_to_the_login(client, make):
    client.force_login(make())
    response = client.get(reverse("admin:index"))
    assert response.status_code == 302 and "login" in response.url


def test_a_teacher_who_is_staff_sees_nothing(client):
    client.force_login(make_teacher(is_staff=True))
    assert page(client, "lesson_changelist").status_code == 403


def test_rows_of_another_school_are_out_of_reach(keeper, lesson):
    make_lesson(classroom=make_classroom(name="Alchemy"))
    foreign = make_participant(display_name="Xaver")
    demo = make_classroom(teacher=make_teacher(school=make_school(is_demo=True, preset="demo")), name="Demo")
    listed = page(keeper, "classroom_changelist").content.decode()
    assert "Optics" in listed and demo.name in listed and "Alchemy" not in listed
    response = page(keeper, "participant_change", foreign.id)
    assert response.status_code == 302


@pytest.mark.parametrize("name", ["lesson", "attendance", "report", "accesslogentry", "policy"])
def test_what_the_product_wrote_cannot_be_changed_even_by_a_superuser(superuser, name):
    assert page(superuser, f"{name}_add").status_code == 403


@pytest.mark.parametrize("choice", ["own_results", "class_mood", "no_camera"])
def test_deleting_a_participant_does_not_tell_what_hangs_on_it(superuser, lesson, choice):
    participant = make_participant(lesson=lesson, choice=choice, display_name="Ada")
    RollupBin.objects.create(lesson=lesson, participant=participant, starts_at=MONDAY, readings=1)
    make_flag(lesson=lesson, participant=participant)
    answer = page(superuser, "participant_delete", participant.id).content.decode()
    assert "Ada" in answer and "and everything that hangs on this" in answer
    for word in ("onsent", choice, "ollup", "lag:", "ersistently"):
        assert word not in answer
    superuser.post(reverse("admin:classroom_participant_delete", args=[participant.id]), {"post": "yes"})
    assert not Participant.objects.filter(id=participant.id).exists()


def test_deleting_an_account_does_not_tell_what_hangs_on_it(superuser, lesson):
    teacher = make_teacher(school=lesson.classroom.school)
    make_participant(lesson=lesson, choice="no_camera", user=teacher)
    answer = page(superuser, "user_delete", teacher.id).content.decode()
    assert "everything that hangs on this" in answer and "no_camera" not in answer


def test_deleting_many_at_once_does_not_tell_either(superuser, lesson):
    participant = make_participant(lesson=lesson, choice="no_camera")
    answer = superuser.post(
        reverse("admin:classroom_participant_changelist"),
        {"action": "delete_selected", "_selected_action": [participant.id]},
    ).content.decode()
    assert "everything that hangs on this" in answer and "no_camera" not in answer


def test_the_list_of_flags_names_nobody_and_opening_one_is_logged(keeper, lesson):
    participant = make_participant(lesson=lesson, choice="own_results", display_name="Ada")
    flag = make_flag(lesson=lesson, participant=participant)
    assert "Ada" not in page(keeper, "flag_changelist").content.decode()
    assert not AccessLogEntry.objects.exists()
    assert "Ada" in page(keeper, "flag_change", flag.id).content.decode()
    assert AccessLogEntry.objects.get().participant == participant


@pytest.mark.parametrize(
    ("fields", "state", "error"),
    [
        ({"state": "confirmed", "reason": "We talked."}, "confirmed", ""),
        ({"state": "dismissed", "reason": "A cold."}, "dismissed", ""),
        ({"state": "confirmed", "reason": " "}, "draft", "Give a reason"),
        ({"state": "expired", "reason": "x"}, "draft", "Choose confirmed or dismissed."),
    ],
)
def test_a_flag_is_reviewed_with_a_reason(keeper, lesson, fields, state, error):
    flag = make_flag(lesson=lesson, participant=make_participant(lesson=lesson, choice="own_results"))
    response = keeper.post(reverse("admin:classroom_flag_change", args=[flag.id]), fields)
    flag.refresh_from_db()
    assert flag.state == state
    assert (flag.reviewed_by is not None) == (not error)
    assert error in response.content.decode()


def test_a_reviewed_flag_and_its_evidence_stay_as_they_are(keeper, lesson):
    participant = make_participant(lesson=lesson, choice="own_results")
    flag = make_flag(lesson=lesson, participant=participant, state="dismissed", reason="A cold.")
    fields = {"state": "confirmed", "reason": "No.", "share": "0.1"}
    keeper.post(reverse("admin:classroom_flag_change", args=[flag.id]), fields)
    kept = Flag.objects.get(id=flag.id)
    assert (kept.state, kept.reason, kept.share) == ("dismissed", "A cold.", flag.share)


def test_flags_are_neither_added_nor_deleted_here(superuser, lesson):
    flag = make_flag(lesson=lesson, participant=make_participant(lesson=lesson, choice="own_results"))
    assert page(superuser, "flag_add").status_code == 403
    assert page(superuser, "flag_delete", flag.id).status_code == 403
