"""Django's admin: rows of the own school, and no way to what was measured of a person."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth.models import Permission
from django.test import RequestFactory
from django.urls import reverse

from classroom.models import (
    AccessLogEntry,
    AccountChange,
    Attendance,
    Consent,
    Flag,
    Hint,
    MoodGroup,
    MoodPoint,
    Participant,
    ParticipantState,
    PulseAnswer,
    Question,
    QuestionVote,
    Reading,
    Report,
    RollupBin,
    School,
    SelfReport,
    User,
)
from tests.factories import (
    MONDAY,
    make_admin,
    make_classroom,
    make_flag,
    make_lesson,
    make_participant,
    make_teacher,
    make_user,
)

pytestmark = pytest.mark.django_db
SAID = (PulseAnswer, Question, QuestionVote, SelfReport)
PERSONAL = (Consent, Hint, MoodGroup, ParticipantState, Reading, RollupBin, *SAID)
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
def superuser(client, lesson):
    """Whoever runs the platform, and administers the lesson's school."""
    client.force_login(make_admin(school=lesson.classroom.school, is_staff=True, is_superuser=True))
    return client


def page(client, name, *args):
    return client.get(reverse(f"admin:classroom_{name}", args=args))


@pytest.mark.parametrize("model", PERSONAL)
def test_what_was_measured_or_agreed_to_is_not_registered(model):
    assert not admin.site.is_registered(model)


@pytest.mark.parametrize("name", LISTS)
def test_an_administrator_of_the_school_may_open_each_list(keeper, name):
    assert page(keeper, f"{name}_changelist").status_code == 200


def test_accounts_are_for_the_superuser(client, keeper, lesson):
    assert page(keeper, "user_changelist").status_code == 403
    client.force_login(make_admin(school=lesson.classroom.school, is_staff=True, is_superuser=True))
    assert page(client, "user_changelist").status_code == 200


def test_schools_have_pages_of_their_own_and_none_here():
    assert not admin.site.is_registered(School)


@pytest.mark.parametrize("make", [make_teacher, make_admin])
def test_who_is_not_staff_is_sent_to_the_login(client, make):
    client.force_login(make())
    response = client.get(reverse("admin:index"))
    assert response.status_code == 302 and "login" in response.url


def test_a_teacher_who_is_staff_sees_nothing(client):
    client.force_login(make_teacher(is_staff=True))
    assert page(client, "lesson_changelist").status_code == 403


def make_foreign_world():
    """One row of each registered model, of a school that the keeper has nothing to do with."""
    lesson = make_lesson(classroom=make_classroom(name="Alchemy"), title="Alchemy", minutes=45)
    teacher, participant = lesson.classroom.teacher, make_participant(lesson=lesson, display_name="Xaver")
    return {
        "user": teacher,
        "policy": lesson.classroom.school.policy,
        "classroom": lesson.classroom,
        "participant": participant,
        "lesson": lesson,
        "attendance": Attendance.objects.create(
            lesson=lesson, participant=participant, joined_at=MONDAY, last_seen_at=MONDAY
        ),
        "report": Report.objects.create(lesson=lesson, built_at=MONDAY, summary={}),
        "flag": make_flag(lesson=lesson, participant=participant),
        "accesslogentry": AccessLogEntry.objects.create(
            viewer=teacher,
            viewer_name="Alchemist",
            participant=participant,
            lesson=lesson,
            place="report",
            at=MONDAY,
        ),
    }


def registered():
    return sorted(m._meta.model_name for m in admin.site._registry if m._meta.app_label == "classroom")


# What somebody of the administration gets of another school's row on each page of it.
# none: a list without it. go: sent away, as from a row that does not exist. 403: not even a list.
FOREIGN_ROWS = """
                keeper                       superuser
                change delete history list   change delete history list
accesslogentry  go     403    go      none   go     403    go      none
attendance      go     403    go      none   go     403    go      none
classroom       go     403    go      none   go     go     go      none
flag            go     403    go      none   go     403    go      none
lesson          go     403    go      none   go     403    go      none
participant     go     403    go      none   go     go     go      none
policy          go     403    go      none   go     403    go      none
report          go     403    go      none   go     403    go      none
user            403    403    go      403    go     go     go      none
"""
FOREIGN_CELLS = {name: cells for name, *cells in map(str.split, FOREIGN_ROWS.strip().splitlines()[2:])}


def test_the_table_of_foreign_rows_holds_every_registered_model():
    assert sorted(FOREIGN_CELLS) == registered()


@pytest.mark.parametrize("name", FOREIGN_CELLS)
@pytest.mark.parametrize(("by", "first"), [("keeper", 0), ("superuser", 4)])
def test_a_row_of_another_school_is_out_of_reach_on_every_page(request, by, first, name):
    who, row = request.getfixturevalue(by), make_foreign_world()[name]
    answers = []
    for action in ("change", "delete", "history"):
        response = page(who, f"{name}_{action}", row.pk)
        answers.append("go" if response.status_code == 302 else str(response.status_code))
    listed = page(who, f"{name}_changelist")
    if listed.status_code == 200:
        answers.append("some" if row in listed.context["cl"].queryset else "none")
    else:
        answers.append(str(listed.status_code))
    assert answers == FOREIGN_CELLS[name][first : first + 4]


@pytest.mark.parametrize("name", sorted(name for name in LISTS if name != "policy"))
def test_no_list_of_a_superuser_names_anybody_of_another_school(superuser, name):
    world = make_foreign_world()
    for query in ("", "?q=Xaver", "?q=Alchemy", "?all="):
        shown = superuser.get(reverse(f"admin:classroom_{name}_changelist") + query).content.decode()
        assert not any(word in shown.replace(query[3:], "") for word in ("Xaver", "Alchemist", "Alchemy"))
    assert world["user"].username not in page(superuser, "user_changelist").content.decode()


def test_a_superuser_without_a_school_sees_nobody_of_any(client, lesson):
    make_participant(lesson=lesson, display_name="Ada")
    client.force_login(make_user(role="admin", is_staff=True, is_superuser=True))
    for name in LISTS:
        assert page(client, f"{name}_changelist").context["cl"].result_count == 0
    assert lesson.classroom.teacher.username not in page(client, "user_changelist").content.decode()


def change_account(client, account, **changes):
    fields = {each.name: getattr(account, each.name) for each in account._meta.fields}
    shown = {name: value for name, value in fields.items() if value not in (None, False)}
    return client.post(reverse("admin:classroom_user_change", args=[account.id]), shown | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "student"},
        {"is_active": ""},
        {"is_superuser": ""},
        {"is_staff": ""},
        {"school": ""},
        {"email": "other@school.example"},
    ],
)
def test_rights_of_an_account_and_where_its_mail_goes_are_changed_on_their_own_pages_only(
    superuser, lesson, changes
):
    chief = User.objects.get(is_superuser=True)
    before = User.objects.filter(id=chief.id).values().get()
    assert change_account(superuser, chief, first_name="Mira", **changes).status_code == 302
    assert User.objects.filter(id=chief.id).values().get() == before | {"first_name": "Mira"}


def test_a_password_is_set_on_no_page_of_the_administration(superuser, lesson):
    teacher = lesson.classroom.teacher
    new = {"password1": "Zug-98-mond", "password2": "Zug-98-mond", "usable_password": "true"}
    superuser.post(reverse("admin:index") + f"classroom/user/{teacher.id}/password/", new)
    teacher.refresh_from_db()
    assert not teacher.check_password("Zug-98-mond")
    assert "password" not in page(superuser, "user_change", teacher.id).context["adminform"].form.fields


def test_no_account_is_made_here(superuser):
    assert page(superuser, "user_add").status_code == 403


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("rights", [{"is_superuser": True, "role": "teacher"}, {"role": "admin"}])
def test_who_administers_is_not_deleted_here(superuser, lesson, rights, many):
    account = make_user(school=lesson.classroom.school, **rights)
    if many:
        chosen = {"action": "delete_selected", "_selected_action": account.id, "post": "yes"}
        superuser.post(reverse("admin:classroom_user_changelist"), chosen)
    else:
        address = reverse("admin:classroom_user_delete", args=[account.id])
        assert superuser.post(address, {"post": "yes"}).status_code == 403
    assert User.objects.filter(id=account.id).exists()


def test_an_account_that_is_deleted_here_is_logged_without_a_name(superuser, lesson):
    account = make_user(username="kim", school=lesson.classroom.school)
    superuser.post(reverse("admin:classroom_user_delete", args=[account.id]), {"post": "yes"})
    change = AccountChange.objects.get()
    assert (change.kind, change.detail, change.subject) == ("deleted", "student", None)
    assert (change.school, change.actor) == (lesson.classroom.school, User.objects.get(is_superuser=True))


def test_a_demonstration_of_another_school_is_as_foreign_as_its_lessons(keeper):
    make_classroom(name="Theatre", is_demo=True)
    assert "Theatre" not in page(keeper, "classroom_changelist").content.decode()


@pytest.mark.parametrize("field", ["teacher", "school"])
def test_who_stands_in_another_school_is_not_offered_by_autocomplete(keeper, field):
    make_foreign_world()
    query = {"app_label": "classroom", "model_name": "classroom", "field_name": field, "term": ""}
    assert keeper.get(reverse("admin:autocomplete"), query).status_code == 403


def test_autocomplete_offers_people_of_the_own_school_only(keeper, lesson):
    make_foreign_world()
    make_participant(lesson=lesson, display_name="Ada")
    query = {"app_label": "classroom", "model_name": "flag", "field_name": "participant", "term": ""}
    answer = keeper.get(reverse("admin:autocomplete"), query).json()
    assert [each["text"] for each in answer["results"]] == ["Ada"]


def test_a_permission_given_to_staff_opens_no_door_to_accounts(client, lesson):
    staff = make_admin(school=lesson.classroom.school, is_staff=True)
    staff.user_permissions.set(Permission.objects.all())
    client.force_login(staff)
    assert page(client, "user_changelist").status_code == 403
    assert page(client, "user_add").status_code == 403


def change(client, classroom, **changes):
    fields = {each.name: getattr(classroom, each.name) for each in classroom._meta.fields if each.editable}
    address = reverse("admin:classroom_classroom_change", args=[classroom.id])
    return client.post(address, fields | {"teacher": classroom.teacher_id} | changes)


def hand_over(client, classroom, teacher):
    return change(client, classroom, teacher=teacher.id)


@pytest.mark.parametrize(("minutes", "status"), [(0, 200), (1, 302), (240, 302), (241, 200)])
def test_a_classroom_keeps_within_the_ranges_of_its_own_page(keeper, lesson, minutes, status):
    assert change(keeper, lesson.classroom, minimum_minutes=minutes).status_code == status


def test_a_classroom_is_handed_to_a_colleague(keeper, lesson):
    colleague = make_teacher(school=lesson.classroom.school)
    assert hand_over(keeper, lesson.classroom, colleague).status_code == 302
    lesson.classroom.refresh_from_db()
    assert lesson.classroom.teacher == colleague
    assert AccountChange.objects.get().kind == "handed_over"


@pytest.mark.parametrize("by", ["keeper", "superuser"])
def test_a_classroom_goes_to_no_other_school_to_no_pupil_and_to_nobody_who_left(request, by, lesson):
    client, classroom = request.getfixturevalue(by), lesson.classroom
    foreign = make_teacher()
    others = [make_user(school=classroom.school), make_teacher(school=classroom.school, is_active=False)]
    offered = page(client, "classroom_change", classroom.id).content.decode()
    assert f'<option value="{classroom.teacher_id}" selected>' in offered
    for person in (foreign, *others):
        assert f'<option value="{person.id}"' not in offered
        assert "not one of the available choices" in hand_over(client, classroom, person).content.decode()
    classroom.refresh_from_db()
    assert classroom.teacher not in (foreign, *others)


# Each asks about what was measured of somebody, agreed to, or done by somebody.
LOOKUPS = {
    "participant": (
        *("readings__isnull=0", "readings=1", "states__isnull=1", "bins__isnull=0", "flags__isnull=0"),
        *("self_reports__isnull=0", "access_log__isnull=0", "consents=1", "consents__lt=4", "hints=1"),
        *(
            "consents__choice=no_camera",
            "attendances__isnull=0",
            "display_name=Ada",
            "id=1",
            "user__isnull=1",
        ),
    ),
    "lesson": ("readings__isnull=0", "consents__isnull=0", "flags=1", "title=Waves", "hints__isnull=0"),
    "flag": ("participant=1", "participant__display_name=Ada", "share__gte=0.5", "reason=x"),
    "attendance": ("participant=1", "participant__readings__isnull=0", "lesson=1", "left_at__isnull=1"),
    "report": ("summary__contains=1", "lesson__flags__isnull=0"),
    "accesslogentry": ("participant=1", "viewer__isnull=1", "place=report"),
    "classroom": ("school=1", "school__id__exact=1", "teacher__isnull=0", "participants__isnull=0"),
    "policy": ("chosen_by=1", "school=1"),
}


@pytest.mark.parametrize("name", LOOKUPS)
@pytest.mark.parametrize("popup", ["", "&_popup=1", "&_to_field=id"])
def test_a_list_answers_no_question_that_it_does_not_offer(keeper, name, popup):
    for lookup in LOOKUPS[name]:
        answer = keeper.get(f"{reverse(f'admin:classroom_{name}_changelist')}?{lookup}{popup}")
        assert answer.status_code == 400, lookup


def test_no_relation_of_a_model_is_a_question_that_a_list_answers(superuser):
    """Relations that later models add are refused too."""
    asked = 0
    for model, page_of in admin.site._registry.items():
        for relation in model._meta.related_objects:
            name = relation.field.related_query_name()
            for lookup in (name, f"{name}__isnull", f"{name}__lt", f"{name}__id__exact"):
                request = RequestFactory().get("/")
                request.user = make_superuser()
                asked += 1
                assert not page_of.lookup_allowed(lookup, "1", request) or model._meta.app_label == "auth"
    assert asked > 40


def make_superuser():
    return User(role="admin", is_staff=True, is_superuser=True)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("participant", "is_simulated__exact=1"),
        ("lesson", "report_state__exact=ready"),
        ("lesson", "started_at__year=2026&started_at__month=9"),
        ("flag", "state__exact=draft&kind__exact=persistently_sad"),
        ("accesslogentry", "at__year=2026"),
        ("classroom", "q=Optics&o=1&all="),
    ],
)
def test_what_a_list_offers_it_answers(keeper, name, query):
    assert keeper.get(f"{reverse(f'admin:classroom_{name}_changelist')}?{query}").status_code == 200


def test_a_superuser_lists_the_own_school_without_asking_by_school(superuser, lesson):
    address = reverse("admin:classroom_classroom_changelist")
    assert superuser.get(f"{address}?school__id__exact={lesson.classroom.school_id}").status_code == 400
    assert "Optics" in page(superuser, "classroom_changelist").content.decode()


@pytest.mark.parametrize("to_field", ["display_name", "user", "classroom"])
def test_a_row_is_opened_by_its_number_only(keeper, lesson, to_field):
    make_participant(lesson=lesson, display_name="Ada")
    address = reverse("admin:classroom_participant_change", args=["Ada"])
    assert keeper.get(f"{address}?_to_field={to_field}").status_code == 400


def test_a_report_shows_none_of_its_figures_here(keeper, lesson):
    stored = Report.objects.create(lesson=lesson, built_at=MONDAY, summary={"unknown": 6})
    assert "unknown" not in page(keeper, "report_change", stored.id).content.decode()


@pytest.mark.parametrize("name", ["lesson", "attendance", "report", "accesslogentry", "policy"])
def test_what_the_product_wrote_cannot_be_changed_even_by_a_superuser(superuser, name):
    assert page(superuser, f"{name}_add").status_code == 403


@pytest.mark.parametrize("choice", ["own_results", "class_mood", "no_camera"])
def test_deleting_a_participant_does_not_tell_what_hangs_on_it(superuser, lesson, choice):
    participant = make_participant(lesson=lesson, choice=choice, display_name="Ada")
    RollupBin.objects.create(
        lesson=lesson, participant=participant, school=lesson.classroom.school, starts_at=MONDAY, readings=1
    )
    make_flag(lesson=lesson, participant=participant)
    answer = page(superuser, "participant_delete", participant.id).content.decode()
    assert "Ada" in answer and "and everything that depends on this" in answer
    for word in ("onsent", choice, "ollup", "lag:", "ersistently"):
        assert word not in answer
    superuser.post(reverse("admin:classroom_participant_delete", args=[participant.id]), {"post": "yes"})
    assert not Participant.objects.filter(id=participant.id).exists()


def test_deleting_an_account_does_not_tell_what_hangs_on_it(superuser, lesson):
    teacher = make_teacher(school=lesson.classroom.school)
    make_participant(lesson=lesson, choice="no_camera", user=teacher)
    answer = page(superuser, "user_delete", teacher.id).content.decode()
    assert "everything that depends on this" in answer and "no_camera" not in answer


@pytest.mark.parametrize(("of", "many"), [("participant", False), ("participant", True), ("user", False)])
def test_what_is_deleted_here_is_erased_as_by_its_student(superuser, lesson, of, many):
    account = make_user(school=lesson.classroom.school)
    student = make_participant(lesson=lesson, choice="own_results", user=account)
    others = [make_participant(lesson=lesson, choice="own_results") for _ in range(4)]
    told = {"counted": 5, "engaged": 5, "drifting": 0, "away": 0}
    MoodPoint.objects.create(lesson=lesson, at=MONDAY, shared=told)
    MoodGroup.objects.create(lesson=lesson, counted=[student.id], last_counted=[student.id])
    Report.objects.create(lesson=lesson, built_at=MONDAY, summary={})
    row = student.id if of == "participant" else account.id
    address, form = reverse(f"admin:classroom_{of}_delete", args=[row]), {"post": "yes"}
    if many:
        address = reverse(f"admin:classroom_{of}_changelist")
        form |= {"action": "delete_selected", "_selected_action": row}
    superuser.post(address, form)
    assert set(Participant.objects.all()) == set(others)
    assert MoodPoint.objects.get().shared is None
    assert student.id not in MoodGroup.objects.get().last_counted
    assert not Report.objects.exists()


def test_deleting_many_at_once_does_not_tell_either(superuser, lesson):
    participant = make_participant(lesson=lesson, choice="no_camera")
    answer = superuser.post(
        reverse("admin:classroom_participant_changelist"),
        {"action": "delete_selected", "_selected_action": [participant.id]},
    ).content.decode()
    assert "everything that depends on this" in answer and "no_camera" not in answer


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


def test_the_log_of_the_administration_names_nobody(superuser, lesson):
    participant = make_participant(lesson=lesson, choice="own_results", display_name="ZZcanary")
    flag = make_flag(lesson=lesson, participant=participant)
    post = superuser.post
    post(
        reverse("admin:classroom_flag_change", args=[flag.id]), {"state": "confirmed", "reason": "We talked."}
    )
    post(
        reverse("admin:classroom_participant_change", args=[participant.id]), {"display_name": "ZZcanary II"}
    )
    assert logged() == [
        (CHANGE, f"flag {flag.id}", '[{"changed": {"fields": ["State", "Reason"]}}]'),
        (CHANGE, f"participant {participant.id}", '[{"changed": {"fields": ["Display name"]}}]'),
    ]
    post(reverse("admin:classroom_participant_delete", args=[participant.id]), {"post": "yes"})
    many = [make_participant(lesson=lesson, display_name="ZZcanary").id for _ in range(2)]
    chosen = {"action": "delete_selected", "_selected_action": many, "post": "yes"}
    post(reverse("admin:classroom_participant_changelist"), chosen)
    account = make_user(username="zzcanary", school=lesson.classroom.school)
    post(reverse("admin:classroom_user_delete", args=[account.id]), {"post": "yes"})
    assert logged() == [(DELETION, f"user {account.id}", "[]")]


def logged():
    return list(LogEntry.objects.order_by("id").values_list("action_flag", "object_repr", "change_message"))


def test_a_flag_does_not_name_its_student_nor_its_kind(lesson):
    flag = make_flag(lesson=lesson, participant=make_participant(lesson=lesson, display_name="Ada"))
    assert str(flag) == f"flag {flag.id}"


@pytest.mark.parametrize(
    ("typed", "kept", "reason"),
    [
        ("Ada  L.", "Ada L.", ""),
        ("Kim", "Kim (2)", ""),
        ("\u200b", "Ada", "nobody can see"),
    ],
)
def test_a_place_is_renamed_by_the_rule_of_the_join_page(keeper, lesson, typed, kept, reason):
    make_participant(lesson=lesson, display_name="Kim")
    own = make_participant(lesson=lesson, display_name="Ada")
    answer = keeper.post(
        reverse("admin:classroom_participant_change", args=[own.id]), {"display_name": typed}
    )
    own.refresh_from_db()
    assert own.display_name == kept
    assert reason in answer.content.decode()


def test_the_teachers_note_is_on_no_page_of_the_administration(keeper, lesson):
    own = make_participant(classroom=lesson.classroom, note="by the window")
    for name, *args in (("participant_changelist",), ("participant_change", own.id)):
        shown = page(keeper, name, *args)
        assert shown.status_code == 200 and "by the window" not in shown.content.decode()
    address = reverse("admin:classroom_participant_change", args=[own.id])
    keeper.post(address, {"display_name": own.display_name, "note": "changed"})
    own.refresh_from_db()
    assert own.note == "by the window"
