"""What a school sets for itself: saved, written down, and shown to whoever it concerns."""

from io import StringIO

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from classroom import queries, services
from classroom.guide.course import VERSION
from classroom.models import AccountChange, CourseProgress, Policy, School, SchoolLogo, User
from tests.factories import (
    MONDAY,
    make_admin,
    make_classroom,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
)

pytestmark = pytest.mark.django_db
CONTACT = {
    "name": "Hill School",
    "address": "1 Hill Road\nHilltown",
    "email": "office@hill.example",
    "officer": "Ada",
    "authority": "The Commissioner",
    "authority_link": "https://commissioner.example",
    "imprint": "First.\n\n<b>Second</b>",
    "privacy": "Our <script>own</script> words.",
}


@pytest.fixture
def school():
    return make_school(name="Hill School")


@pytest.fixture
def admin(school, client):
    admin = make_admin(school=school, first_name="Grace")
    client.force_login(admin)
    return admin


def picture():
    noise = np.zeros((40, 60, 3), np.uint8)
    return SimpleUploadedFile("logo.png", cv2.imencode(".png", noise)[1].tobytes(), "image/png")


def details(school):
    return sorted(
        AccountChange.objects.filter(school=school, kind="setting").values_list("detail", flat=True)
    )


def page(client, name, *arguments):
    return client.get(reverse(name, args=arguments)).content.decode()


def test_each_change_is_written_down_from_what_to_what_and_a_second_save_changes_nothing(
    school, admin, client
):
    for _time in range(2):
        client.post(reverse("school_look"), {"short_name": "Hill", "accent": "#FFFF00", "has_colour": "on"})
        client.post(
            reverse("school_joining"),
            {"joins": "accounts", "names": "first", "code_days": "30", "most_places": ""},
        )
    assert details(school) == [
        "colour: none → #ffff00",
        "days that code and link of a class last: none → 30",
        "names of guests: As students type them → The first name alone",
        "short name: none → Hill",
        "who may join: Anybody with the code or link → Only those with an account",
    ]
    assert "changed a setting of the school" in page(client, "people")


def test_of_a_longer_text_only_that_it_changed_is_written_down(school, admin, client):
    client.post(reverse("school_contact"), CONTACT)
    assert "own text about privacy: changed" in details(school)
    assert "postal address: changed" in details(school)


def test_without_a_colour_of_its_own_a_school_has_that_of_the_product(school, admin, client):
    services.change_school(school_id=school.id, actor=admin, now=MONDAY, accent="#123456")
    client.post(reverse("school_look"), {"short_name": "", "accent": "#123456"})
    school.refresh_from_db()
    assert school.accent == ""
    assert "/colours/" not in page(client, "school_look")


def test_a_colour_is_shown_before_it_is_saved(school, admin, client):
    shown = client.get(reverse("school_look"), {"accent": "#ffff00"}).content.decode()
    assert "Nothing is saved yet." in shown
    assert School.objects.get(id=school.id).accent == ""


@pytest.mark.parametrize("accent", ["red", "#12345", "#123456;}", ""])
def test_what_is_no_colour_is_refused(school, admin, client, accent):
    data = {"has_colour": "on", "accent": accent, "short_name": ""}
    assert "/colours/" not in client.get(reverse("school_look"), {"accent": accent}).content.decode()
    client.post(reverse("school_look"), data)
    assert School.objects.get(id=school.id).accent == ""


def test_the_colour_and_logo_of_a_school_stand_on_the_pages_of_its_classes(school, admin, client):
    client.post(reverse("school_look"), {"accent": "#ffff00", "has_colour": "on", "short_name": "Hill"})
    client.post(reverse("set_school_logo"), {"picture": picture()})
    lesson = make_lesson(classroom=make_classroom(school=school))
    school.refresh_from_db()
    client.logout()
    style, sign = "/colours/1/ffff00.css", reverse("school_logo", args=[school.id, school.logo_digest])
    for shown in (
        page(client, "join_classroom", lesson.classroom.join_token),
        page(client, "privacy", school.id),
    ):
        assert style in shown and sign in shown and "<span>Hill</span>" in shown
        assert reverse("privacy", args=[school.id]) in shown and reverse("imprint", args=[school.id]) in shown
    client.force_login(lesson.classroom.teacher)
    assert style in page(client, "lesson", lesson.id)
    assert style not in page(client, "join_classroom", make_classroom().join_token)


def test_colours_are_kept_for_good_and_tell_both_schemes(client):
    response = client.get("/colours/1/ffff00.css")
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in response["Cache-Control"]
    css = response.content.decode()
    assert "prefers-color-scheme: dark" in css and css.count("--accent:") == 2
    assert "--level" not in css and "--expression" not in css


@pytest.mark.parametrize("accent", ["red", "ffff0", "ffff00;", "%23ffff00", "FFFFFG"])
def test_colours_of_no_colour_are_not_there(client, accent):
    assert client.get(f"/colours/1/{accent}.css").status_code == 404


def test_a_logo_is_drawn_anew_kept_for_good_and_gone_once_removed(school, admin, client):
    given = picture()
    client.post(reverse("set_school_logo"), {"picture": given})
    school.refresh_from_db()
    address = reverse("school_logo", args=[school.id, school.logo_digest])
    response = client.get(address)
    assert response["Content-Type"] == "image/png" and "immutable" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert address in page(client, "school_look")
    client.post(reverse("remove_school_logo"))
    assert client.get(address).status_code == 404
    assert not SchoolLogo.objects.exists()
    assert details(school) == ["logo: a new one", "logo: removed"]


def test_a_file_that_is_no_picture_is_refused_and_the_logo_stays(school, admin, client):
    client.post(reverse("set_school_logo"), {"picture": picture()})
    before = School.objects.get(id=school.id).logo_digest
    svg = SimpleUploadedFile("logo.png", b"<svg><script>alert(1)</script></svg>", "image/png")
    told = client.post(reverse("set_school_logo"), {"picture": svg}, follow=True).content.decode()
    assert "cannot be used as a logo" in told
    assert School.objects.get(id=school.id).logo_digest == before


def test_the_imprint_has_the_contact_and_the_schools_own_text_without_its_markup(school, admin, client):
    client.post(reverse("school_contact"), CONTACT)
    client.logout()
    shown = page(client, "imprint", school.id)
    for said in ("1 Hill Road", "office@hill.example", "https://commissioner.example"):
        assert said in shown
    assert "<p>First.</p>" in shown and "&lt;b&gt;Second&lt;/b&gt;" in shown


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://hill.example", "data:text/html,x"])
def test_a_link_that_is_no_page_is_refused(school, admin, client, link):
    shown = client.post(reverse("school_contact"), CONTACT | {"authority_link": link}).content.decode()
    assert "Nothing was saved." in shown
    assert queries.contact_of(school) == queries.Contact()


def test_an_imprint_that_nobody_wrote_says_so(school, client):
    assert "has not written here yet" in page(client, "imprint", school.id)


@pytest.mark.parametrize(
    ("preset", "said", "unsaid"),
    [
        ("full", "which expression a face resembles", "No camera is asked for"),
        ("presence", "A neural network looks for a face.", "which expression a face resembles"),
        ("self_report", "No camera is asked for", "AI system"),
    ],
)
def test_the_privacy_page_says_what_the_policy_in_force_says(school, client, preset, said, unsaid):
    Policy.objects.filter(school=school).delete()
    services.choose_policy(
        school=school, preset=preset, now=MONDAY, retention_days=17, jurisdiction="us", ages=["adult"]
    )
    shown = page(client, "privacy", school.id)
    assert said in shown and unsaid not in shown
    assert "17 days" in shown and 'datetime="2026-09-07' in shown


@pytest.mark.parametrize(("preset", "has_cameras"), [("full", True), ("self_report", False)])
def test_the_privacy_page_says_who_sees_taps_and_nothing_of_results_or_rules_that_there_are_not(
    school, client, preset, has_cameras
):
    Policy.objects.filter(school=school).delete()
    services.choose_policy(school=school, preset=preset, now=MONDAY, jurisdiction="us", ages=["adult"])
    shown = page(client, "privacy", school.id)
    assert "What students tap and answer: the teachers of the class" in shown
    for told in ("own results: that student", "What the law asks for here", "students who show their own"):
        assert (told in shown) is has_cameras, told


def test_the_privacy_page_tells_of_the_law_in_the_language_of_its_reader(school, client):
    Policy.objects.filter(school=school).delete()
    services.choose_policy(school=school, preset="full", now=MONDAY, jurisdiction="us", ages=["adult"])
    address = reverse("privacy", args=[school.id])
    told = {
        code: client.get(address, headers={"Accept-Language": code}).content.decode() for code in ("en", "de")
    }
    assert "Students are told, before they choose" in told["en"]
    assert "Den Lernenden wird vor ihrer Wahl gesagt" in told["de"]
    assert "Students are told, before they choose" not in told["de"]


def test_the_privacy_page_of_a_school_without_a_policy_says_that_nothing_is_read(client):
    assert "nothing is read from a camera" in page(client, "privacy", make_school(preset=None).id)


def test_the_own_words_about_privacy_are_escaped(school, admin, client):
    client.post(reverse("school_contact"), CONTACT)
    assert "Our &lt;script&gt;own&lt;/script&gt; words." in page(client, "privacy", school.id)


def test_students_read_whom_to_ask_before_they_agree(school, admin, client):
    client.post(reverse("school_contact"), CONTACT)
    lesson = make_lesson(classroom=make_classroom(school=school))
    student = make_participant(lesson=lesson, user=make_teacher(school=school))
    client.force_login(student.user)
    shown = page(client, "my_lesson", lesson.id)
    assert "office@hill.example" in shown and "The Commissioner" in shown


def test_the_list_of_first_steps_shrinks_as_they_are_done(admin, client):
    school = admin.school
    Policy.objects.filter(school=school).delete()

    def left():
        return {
            step.page
            for step in queries.first_steps(School.objects.get(id=school.id), MONDAY)
            if not step.is_done
        }

    assert left() == {"choose_policy", "school_contact", "school_calendar", "people"}
    assert "6 things are left to do." in page(client, "school_settings")
    client.post(reverse("school_contact"), CONTACT)
    teacher = make_teacher(school=school)
    CourseProgress.objects.create(account=teacher, version=VERSION, done_at=MONDAY)
    services.choose_policy(school=school, preset="self_report", now=MONDAY, jurisdiction="us", ages=["adult"])
    client.post(reverse("school_calendar"), {"time_zone": "Europe/Berlin", "days": ["0", "1"]})
    assert left() == set()
    assert "All is done." in page(client, "school_settings")


def test_the_teacher_whom_set_up_made_does_not_count_as_one_who_was_invited(now):
    call_command("set_up", stdout=StringIO())
    school, admin = School.objects.get(), User.objects.get(role="admin")

    def is_done():
        steps = {step.title: step.is_done for step in queries.first_steps(school, now)}
        return steps["Invite your teachers"]

    assert User.objects.filter(role="teacher").exists() and not is_done()
    invitation, _token = services.invite(school=school, role="teacher", actor=admin, now=now)
    assert is_done()
    services.revoke_invitation(invitation_id=invitation.id, actor=admin, now=now)
    assert not is_done()
    made = make_teacher(school=school)
    assert is_done()
    made.delete()
    type(invitation).objects.update(revoked_at=None, used_at=now, used_by=User.objects.get(role="teacher"))
    assert is_done(), "somebody who came by an invitation, whatever they call themselves"


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("periods", "1: 08:00-08:45\nlunch", "Line 2 cannot be read: “lunch”."),
        ("periods", "1: 09:00-08:00", "Line 1 ends before it begins"),
        ("terms", "Autumn: 2026-12-18 - 2026-09-01", "Line 1 ends before it begins"),
        ("holidays", "A: 2026-10-01 - 2026-10-09\nB: 2026-10-09", "Line 2 begins before the one before it"),
        ("time_zone", "Mars/Olympus", "Select a valid choice"),
    ],
)
def test_what_cannot_be_read_of_the_calendar_is_named_by_its_line(school, admin, client, field, text, said):
    data = {"time_zone": "Europe/Berlin", "days": ["0"], field: text}
    shown = client.post(reverse("school_calendar"), data).content.decode()
    assert said in shown and "Nothing was saved." in shown
    assert queries.calendar_of(School.objects.get(id=school.id)).periods == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"from_0": "07:30"}, "Give both times of the day, or none."),
        ({"from_0": "17:00", "until_0": "07:30"}, "It must end after it begins."),
        ({"from_0": "25:00", "until_0": "07:30"}, "Enter a valid time."),
    ],
)
def test_hours_that_are_none_are_refused(school, admin, client, data, said):
    shown = client.post(reverse("school_quiet_hours"), data).content.decode()
    assert said in shown and "Nothing was saved." in shown
    assert School.objects.get(id=school.id).open_hours == ""


def test_hours_are_saved_shown_again_and_taken_back(school, admin, client):
    client.post(reverse("school_quiet_hours"), {"from_0": "07:30", "until_0": "17:00"})
    assert 'value="07:30"' in page(client, "school_quiet_hours")
    assert details(school) == ["hours with cameras and mails: none → 0 07:30-17:00"]
    client.post(reverse("school_quiet_hours"), {"from_0": "", "until_0": ""})
    assert School.objects.get(id=school.id).open_hours == ""


def test_a_mailed_invitation_says_whom_to_ask(school, admin, client, settings, mailoutbox):
    settings.EMAIL_HOST = "mail.example.org"
    asked = {"role": "teacher", "email": "mira@example.org", "by_mail": "on"}
    client.post(reverse("people"), asked)
    client.post(reverse("school_contact"), CONTACT)
    client.post(reverse("people"), asked)
    client.post(reverse("school_contact"), CONTACT | {"help_desk": "Room 12"})
    client.post(reverse("people"), asked)
    last = [mail.body.strip().splitlines()[-1] for mail in mailoutbox]
    assert "Ask" not in last[0]
    assert last[1:] == ["Questions? Ask: Hill School, office@hill.example", "Questions? Ask: Room 12"]
