"""Who comes in from a learning platform, as whom, and to which class."""

from datetime import timedelta

import pytest
from django.utils import timezone

from classroom import services
from classroom.lti.vocabulary import CLAIM, MEMBERSHIP
from classroom.models import Classroom, Participant, PlatformAccount, PlatformClass, User
from tests.factories import make_admin, make_school, make_teacher, make_user
from tests.lti.conftest import begin, launch, teach, visitor
from tests.lti.simulator import STUDENT, TEACHER, Person

pytestmark = pytest.mark.django_db
SYSTEM_ADMIN = "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"
SCHOOL_ADMIN = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
ASSISTANT = f"{MEMBERSHIP}/Instructor#TeachingAssistant"
MENTOR = f"{MEMBERSHIP}#Mentor"


def test_the_platform_is_asked_who_comes_and_told_where_to_send_the_answer(
    client, simulator, platform, school
):
    asked = begin(client, simulator, school, "t1", lti_message_hint="course 7")
    assert asked.address == f"{simulator.url}/auth"
    assert asked.redirect_uri == f"http://testserver/lti/{school.id}/"
    assert (asked.response_mode, asked.prompt, asked.scope) == ("form_post", "none", "openid")
    assert (asked.login_hint, asked.lti_message_hint, asked.client_id) == ("t1", "course 7", "client-1")


def test_the_cookie_of_a_try_crosses_sites_and_no_script_reads_it(client, simulator, platform, school):
    begin(client, simulator, school, "t1")
    (cookie,) = [one for name, one in client.cookies.items() if name.startswith("lti-try-")]
    assert (cookie["samesite"], cookie["secure"], cookie["httponly"]) == ("None", True, True)
    assert cookie.OutputString().endswith("; Partitioned")


def test_the_first_teacher_of_a_course_makes_its_class_and_comes_to_it(simulator, platform, school):
    client = teach(simulator, school)
    classroom = Classroom.objects.get()
    assert (classroom.name, classroom.school, classroom.teacher.first_name) == (
        "Physics 10a",
        school,
        "Mira Lindqvist",
    )
    assert client.get(f"/classrooms/{classroom.id}/").status_code == 200
    again = launch(client, simulator, school, "t1")
    assert again.url == f"/classrooms/{classroom.id}/"
    assert Classroom.objects.count() == 1


@pytest.mark.parametrize("role", [TEACHER, ASSISTANT])
def test_who_teaches_the_course_too_shares_the_class(role, simulator, platform, school):
    teach(simulator, school)
    simulator.people["t2"] = Person("t2", "Noor", "Haddad", role)
    colleague = teach(simulator, school, "t2")
    classroom = Classroom.objects.get()
    assert classroom.shares.get().teacher.first_name == "Noor Haddad"
    assert colleague.get(f"/classrooms/{classroom.id}/").status_code == 200


def colleague_of(simulator, school):
    """Who came to the class from the same course."""
    teach(simulator, school)
    simulator.people["t2"] = Person("t2", "Noor", "Haddad", TEACHER)
    teach(simulator, school, "t2")
    return Classroom.objects.get().shares.get().teacher


def may_teach(teacher):
    return Classroom.objects.taught_by(teacher).exists()


def test_what_the_owner_has_ended_no_launch_brings_back(simulator, platform, school):
    colleague, classroom = colleague_of(simulator, school), Classroom.objects.get()
    services.end_share(classroom_id=classroom.id, teacher_id=colleague.id)
    answer = launch(visitor(), simulator, school, "t2")
    assert answer.status_code == 403
    assert "shares it with you no longer" in answer.content.decode()
    assert not may_teach(colleague)
    services.share_classroom(classroom_id=classroom.id, teacher_id=colleague.id, now=timezone.now())
    assert launch(visitor(), simulator, school, "t2").url == f"/classrooms/{classroom.id}/"
    assert may_teach(colleague)


def test_a_launch_makes_no_co_teacher_of_who_stands_in(simulator, platform, school):
    colleague, classroom = colleague_of(simulator, school), Classroom.objects.get()
    until = timezone.now() + timedelta(days=2)
    services.share_classroom(
        classroom_id=classroom.id, teacher_id=colleague.id, now=timezone.now(), ends_at=until
    )
    assert launch(visitor(), simulator, school, "t2").url == f"/classrooms/{classroom.id}/"
    assert classroom.shares.get().ends_at == until


def test_who_has_handed_the_class_over_and_left_it_is_brought_back_by_no_launch(simulator, platform, school):
    colleague, classroom = colleague_of(simulator, school), Classroom.objects.get()
    owner = classroom.teacher
    services.hand_over(
        classroom_id=classroom.id,
        owner_id=owner.id,
        teacher_id=colleague.id,
        stays=False,
        actor=owner,
        now=timezone.now(),
    )
    assert launch(visitor(), simulator, school, "t1").status_code == 403
    assert not may_teach(owner) and may_teach(colleague)


def test_whose_share_was_ended_tries_out_a_students_role_and_is_counted_nowhere(simulator, platform, school):
    colleague, classroom = colleague_of(simulator, school), Classroom.objects.get()
    services.end_share(classroom_id=classroom.id, teacher_id=colleague.id)
    launch(visitor(), simulator, school, "t2", **{f"{CLAIM}roles": [STUDENT]})
    assert Participant.objects.get(classroom=classroom).is_trial


def test_a_students_account_has_no_password_and_no_address_and_joins_the_lesson(simulator, platform, school):
    teach(simulator, school)
    classroom = Classroom.objects.get()
    client = visitor()
    answer = launch(client, simulator, school, "s1")
    assert answer.url == f"/join/{classroom.join_token}/"
    student = User.objects.get(role="student")
    assert (student.first_name, student.email, student.has_usable_password()) == ("Ada Lovelace", "", False)
    assert student.school == school
    assert "The lesson has not started yet" in client.get(answer.url).content.decode()
    lesson = services.open_lesson(classroom=classroom, title="Waves", now=timezone.now())
    assert client.get(answer.url).url == f"/lessons/{lesson.id}/me/"
    page = client.get(f"/lessons/{lesson.id}/me/").content.decode()
    assert "Hello Ada Lovelace" in page


def test_a_student_who_comes_before_the_teacher_is_told_so(client, simulator, platform, school):
    answer = launch(client, simulator, school, "s1")
    assert answer.status_code == 403
    assert "Your teacher has not opened this yet" in answer.content.decode()
    assert not User.objects.filter(role="student").exists()


@pytest.mark.parametrize("role", [SYSTEM_ADMIN, SCHOOL_ADMIN, MENTOR, "Administrator", "nonsense"])
def test_nobody_else_gets_in_and_an_administrator_there_is_none_here(
    role, client, simulator, platform, school
):
    teach(simulator, school)
    answer = launch(client, simulator, school, "s1", **{f"{CLAIM}roles": [role]})
    assert answer.status_code == 403
    assert "you neither teach nor learn in this course" in answer.content.decode()
    assert PlatformAccount.objects.count() == 1


def test_an_administrator_of_the_platform_who_teaches_is_a_teacher_and_no_more(simulator, platform, school):
    simulator.people["t1"].role = TEACHER
    client = visitor()
    launch(client, simulator, school, "t1", **{f"{CLAIM}roles": [SYSTEM_ADMIN, SCHOOL_ADMIN, TEACHER]})
    client.post("/lti/account/")
    user = PlatformAccount.objects.get().user
    assert (user.role, user.is_staff, user.is_superuser) == ("teacher", False, False)


def test_who_teaches_here_and_learns_there_has_two_accounts(simulator, platform, school):
    """No role grows by a launch, and none shrinks."""
    teach(simulator, school)
    simulator.people["t2"] = Person("t2", "Noor", "Haddad", TEACHER)
    other = {f"{CLAIM}context": {"id": "course-2", "title": "Optics"}}
    assert launch(visitor(), simulator, school, "t2", **{f"{CLAIM}roles": [STUDENT]}).url.startswith("/join/")
    client = visitor()
    launch(client, simulator, school, "t2", **other)
    client.post("/lti/account/")
    assert sorted(PlatformAccount.objects.filter(subject="t2").values_list("user__role", flat=True)) == [
        "student",
        "teacher",
    ]


def test_a_teacher_who_looks_as_a_student_is_never_counted(simulator, platform, school):
    """Platforms let teachers switch their role: else one could fill the smallest group with oneself."""
    teach(simulator, school)
    launch(visitor(), simulator, school, "t1", **{f"{CLAIM}roles": [STUDENT]})
    assert Participant.objects.get().is_trial
    test_user = {f"{CLAIM}roles": [STUDENT, "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"]}
    launch(visitor(), simulator, school, "s1", **test_user)
    assert Participant.objects.get(user__platform_accounts__subject="s1").is_trial


def test_nobody_is_found_by_a_name_or_an_address(simulator, platform, school):
    """An account that is there already is connected by whoever logs in to it, and by nothing else."""
    known = make_teacher(school=school, email="t1@school.example", first_name="Mira", last_name="Lindqvist")
    teach(simulator, school)
    assert PlatformAccount.objects.get().user != known


def test_a_teacher_connects_an_account_by_logging_in_to_it_once(simulator, platform, school, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    known = make_teacher(school=school, username="mira", password="correct horse battery")
    client = visitor()
    launch(client, simulator, school, "t1")
    assert client.get("/lti/account/connect/").url == "/login/?next=/lti/account/connect/"
    form = {"username": "mira", "password": "correct horse battery", "next": "/lti/account/connect/"}
    assert client.post("/login/", form).url == "/lti/account/connect/"
    assert "are logged in here as mira" in client.get("/lti/account/connect/").content.decode()
    assert not PlatformAccount.objects.exists()
    client.post("/lti/account/connect/")
    assert PlatformAccount.objects.get().user == known
    assert Classroom.objects.get().teacher == known
    assert launch(visitor(), simulator, school, "t1").url == f"/classrooms/{Classroom.objects.get().id}/"


@pytest.mark.parametrize("who", ["student", "admin", "elsewhere", "who runs the platform"])
def test_only_a_teacher_of_the_school_is_connected(who, simulator, platform, school):
    user = {
        "student": lambda: make_user(school=school),
        "admin": lambda: make_admin(school=school),
        "elsewhere": lambda: make_teacher(school=make_school()),
        # An administrator of the school could come in as anybody whom the platform may log in.
        "who runs the platform": lambda: make_teacher(school=school, is_superuser=True),
    }[who]()
    client = visitor()
    launch(client, simulator, school, "t1")
    client.force_login(user)
    assert client.post("/lti/account/connect/").status_code == 403
    assert not PlatformAccount.objects.exists()


def test_a_second_factor_is_asked_for_here_as_well(simulator, platform, school):
    from allauth.mfa.models import Authenticator

    teach(simulator, school)
    user = PlatformAccount.objects.get().user
    Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    client = visitor()
    assert launch(client, simulator, school, "t1").url == "/login/second-factor/"
    assert client.get(f"/classrooms/{Classroom.objects.get().id}/").status_code == 302


@pytest.mark.parametrize(("names", "shown"), [("full", "Ada Lovelace"), ("first", "Ada"), ("none", "")])
def test_of_a_name_as_much_is_taken_as_the_school_says(names, shown, simulator, platform, school):
    type(platform).objects.update(names=names)
    teach(simulator, school)
    client = visitor()
    answer = launch(client, simulator, school, "s1")
    assert User.objects.get(role="student").first_name == shown
    page = client.get(answer.url).content.decode()
    if names == "none":
        assert not Participant.objects.exists()
        assert (
            'name="display_name"' in page and "student-" not in page.split("<main", 1)[1].split("</form>")[0]
        )
    else:
        assert Participant.objects.get().display_name == shown


def test_a_switched_off_account_stays_out(simulator, platform, school):
    teach(simulator, school)
    User.objects.filter(role="teacher").update(is_active=False)
    answer = launch(visitor(), simulator, school, "t1")
    assert answer.status_code == 403 and "deactivated" in answer.content.decode()


def test_no_learning_platform_logs_in_who_came_to_run_this_one(simulator, platform, school):
    teach(simulator, school)
    User.objects.filter(role="teacher").update(is_superuser=True)
    client = visitor()
    assert launch(client, simulator, school, "t1").status_code == 403
    assert client.get("/classrooms/").status_code == 302


def test_an_account_that_was_moved_to_another_school_stays_out(simulator, platform, school):
    teach(simulator, school)
    User.objects.filter(role="teacher").update(school=make_school())
    assert launch(visitor(), simulator, school, "t1").status_code == 403


def test_a_suspended_school_says_so(simulator, platform, school):
    asked = begin(client := visitor(), simulator, school, "t1")
    type(school).objects.update(suspended_at=timezone.now())
    claims = simulator.claims("t1", nonce=asked.nonce, target=f"http://testserver/lti/{school.id}/")
    late = client.post(f"/lti/{school.id}/", {"state": asked.state, "id_token": simulator.signed(claims)})
    first = client.get(
        f"/lti/{school.id}/login/",
        {"iss": simulator.url, "client_id": "client-1", "login_hint": "t1"},
    )
    for answer in (late, first):
        assert answer.status_code == 403 and "suspended" in answer.content.decode()
    assert not PlatformClass.objects.exists()


def test_a_blocked_student_reads_that_on_the_page_of_the_class(simulator, platform, school):
    teach(simulator, school)
    answer = launch(visitor(), simulator, school, "s1")
    services.block_participant(participant_id=Participant.objects.get().id, now=timezone.now())
    client = visitor()
    answer = launch(client, simulator, school, "s1")
    assert "blocked" in client.get(answer.url).content.decode()


def test_two_courses_are_two_classes_and_so_is_the_same_one_in_another_deployment(
    simulator, platform, school
):
    type(platform).objects.update(deployment_ids=["deployment-1", "deployment-2"])
    client = teach(simulator, school)
    launch(client, simulator, school, "t1", **{f"{CLAIM}context": {"id": "course-2", "title": "Optics"}})
    launch(client, simulator, school, "t1", **{f"{CLAIM}deployment_id": "deployment-2"})
    assert Classroom.objects.count() == 3


def test_in_a_frame_a_login_leads_to_a_new_tab_and_a_frame_of_nobody_else(
    client, simulator, platform, school
):
    asked = {"iss": simulator.url, "client_id": "client-1", "login_hint": "t1"}
    answer = client.get(f"/lti/{school.id}/login/", asked, headers={"Sec-Fetch-Dest": "iframe"})
    page = answer.content.decode()
    assert 'target="_blank"' in page and "login_hint=t1" in page
    assert f"frame-ancestors {simulator.url}" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert not any(name.startswith("lti-try-") for name in client.cookies)


def test_no_page_behind_the_door_is_shown_in_a_frame(simulator, platform, school):
    client = teach(simulator, school)
    answer = client.get(f"/classrooms/{Classroom.objects.get().id}/")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
