"""A school in Germany goes from a fresh install to a lesson out of its learning platform, all in German."""

import re
from urllib.parse import urlencode, urlsplit

import pytest
from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import expect

from classroom import services
from classroom.guide.course import PAGES
from classroom.models import (
    Attendance,
    AttendanceReturn,
    Classroom,
    CourseProgress,
    GuardianAnswer,
    Lesson,
    Participant,
    Platform,
    Policy,
    School,
    SelfReport,
)
from tests.browser.seats import expect_on_air
from tests.browser.test_first_day import PASSWORD, first_logins
from tests.browser.test_languages import CUT_OFF
from tests.browser.waiting import until
from tests.lti.simulator import STUDENT, TEACHER, Person, Simulator

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
GERMAN = {"locale": "de-DE", "timezone_id": "Europe/Berlin"}
UNFILLED = re.compile(r"undefined|NaN|%\(\w+\)|\{\w+\}")
CONTACT = {
    "Name": "Gymnasium am See",
    "Postanschrift": "Seestraße 1\n12345 Seestadt",
    "E-Mail-Adresse": "schule@gymnasium-am-see.example",
}


@pytest.fixture
def simulator():
    one = Simulator(
        people={
            "t1": Person("t1", "Mira", "Lindner", TEACHER),
            "s1": Person("s1", "Jörg", "Weiß", STUDENT),
            "s2": Person("s2", "Ayşe", "Öztürk", STUDENT),
        },
        course="Physik 9b",
        link="ClassPulse öffnen als",
    ).start()
    yield one
    one.stop()


@pytest.fixture
def open_german(open_page, running_product):
    """At a name of the product that browsers take for another site than the platform's."""
    url = running_product.url.replace("127.0.0.1", "localhost")

    def open_one(path, *, viewport=WIDE):
        return open_page(path, viewport=viewport, base_url=url, **GERMAN)

    return open_one


@pytest.fixture
def look(save_screenshot):
    """A page speaks German, fills in every value and cuts nothing off; its picture is kept."""

    def look_at(page, name):
        assert page.locator("html").get_attribute("lang") == "de", name
        save_screenshot(page, f"germany-{name}")
        assert UNFILLED.findall(page.locator("body").inner_text()) == [], name
        assert page.evaluate(CUT_OFF) == [], name

    return look_at


def log_in(page, name, password):
    page.get_by_label("Benutzername").fill(name)
    page.get_by_label("Passwort").fill(password)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def begin(page, password):
    log_in(page, "admin", password)
    page.get_by_label("Vorname").fill("Gesine")
    expect(page.get_by_label("Zeitzone")).to_have_value("Europe/Berlin")
    page.get_by_role("button", name="Weiter").click()
    page.get_by_label("Name").fill("Gymnasium am See")
    page.get_by_role("button", name="Weiter").click()


def choose_the_default(page, look):
    """In the EU self-report alone is marked, and expression cannot be chosen whatever is decided."""
    page.get_by_label("Wo ist Ihre Schule?").select_option(label="Europäische Union oder EWR")
    page.get_by_role("checkbox", name="13 bis 15").check()
    page.get_by_role("checkbox", name="16 und 17").check()
    page.get_by_role("button", name="Zeigen, was dort gewählt werden darf").click()
    expect(page.get_by_role("radio", name=re.compile("^Nur Selbstauskunft"))).to_be_checked()
    expect(page.get_by_role("radio", name=re.compile("Aufmerksamkeit und Ausdruck"))).to_be_disabled()
    look(page, "policy")
    page.get_by_role("button", name="Schulregelung speichern").click()
    expect(page.get_by_text("Die Schulregelung ist gespeichert und gilt ab jetzt.")).to_be_visible()
    assert Policy.objects.get().preset == Policy.Preset.SELF_REPORT


def tell_who_answers(page, look):
    page.goto("/school/contact/")
    for label, text in CONTACT.items():
        page.get_by_label(label, exact=True).first.fill(text)
    page.get_by_role("group", name="Datenschutzbeauftragte").get_by_label("Name oder Stelle").fill(
        "Frau Sommer"
    )
    page.get_by_role("group", name="Aufsichtsbehörde").get_by_label("Name").fill("Der Landesbeauftragte")
    page.get_by_role("button", name="Speichern").click()
    look(page, "contact")
    page.goto("/school/calendar/")
    page.get_by_label("Zeitzone der Schule").select_option("Europe/Berlin")
    page.get_by_role("button", name="Speichern").click()
    look(page, "calendar")
    school = School.objects.get()
    assert (school.name, school.time_zone) == ("Gymnasium am See", "Europe/Berlin")


def allow_attention(page, look):
    """Only after somebody decided it, on a ground, on a day; and of these ages a guardian is asked."""
    page.goto("/policy/")
    page.get_by_role("radio", name=re.compile("^Gesicht im Bild, Selbstauskunft und Aufmerksamkeit ")).check()
    page.get_by_role("radio", name=re.compile("^Auf dem Server der Schule")).check()
    page.get_by_role("button", name="Schulregelung speichern").last.click()
    expect(page.get_by_text("Geben Sie an, auf welcher Grundlage entschieden wurde.")).to_be_visible()
    look(page, "policy-without-decision")
    page.get_by_label("Auf welcher Grundlage").fill("Folgenabschätzung vom Oktober, im Ordner Datenschutz")
    page.get_by_label("Wer entschieden hat").fill("Gesine Albers, Schulleiterin")
    page.get_by_label("Mindestalter für die Kamera").fill("13")
    page.get_by_label("Wann").fill(timezone.localdate().isoformat())
    page.get_by_role("checkbox", name=re.compile("^Ein Elternteil .* muss eingewilligt haben")).check()
    page.get_by_role("button", name="Schulregelung speichern").last.click()
    look(page, "policy-confirm")
    page.get_by_role("button", name="Schulregelung speichern").click()
    expect(page.get_by_text("Die Schulregelung ist gespeichert.")).to_be_visible()
    policy = Policy.objects.get()
    assert policy.preset == Policy.Preset.ATTENTION and policy.requires_guardian_consent


def register(page, simulator, open_german, look):
    """The platform registers itself by a link, and waits until an administrator switches it on."""
    page.goto("/people/")
    page.get_by_role("link", name="Lernplattformen").click()
    look(page, "platforms")
    page.get_by_role("button", name="Registrierungslink erstellen").click()
    link = urlsplit(page.locator("#link").inner_text()).path
    asked = {"openid_configuration": f"{simulator.url}/configuration", "registration_token": "one-time"}
    in_platform = open_german(f"{link}?{urlencode(asked)}")
    look(in_platform, "platform-registers")
    in_platform.get_by_role("button", name="Registrieren").click()
    expect(in_platform.get_by_role("heading", name="Registriert")).to_be_visible()
    (told,) = simulator.registered
    simulator.login_url, simulator.tool_keys_url = told["initiate_login_uri"], told["jwks_uri"]
    (simulator.launch_url, *_others) = told["redirect_uris"]
    assert Platform.objects.get().active_since is None
    page.goto("/platforms/")
    page.get_by_role("link", name="moodle").click()
    look(page, "platform")
    page.get_by_role("button", name="Einschalten").click()
    until(page, lambda: Platform.objects.get().active_since)


def invite_a_teacher(page, open_german, look):
    page.goto("/people/")
    page.get_by_label("Rolle").select_option(label="Lehrkraft")
    look(page, "people")
    page.get_by_role("button", name="Link erstellen").click()
    look(page, "invitation-link")
    teacher = open_german(urlsplit(page.locator("#link").inner_text()).path)
    teacher.get_by_label("Vorname").fill("Mira")
    teacher.get_by_label("Nachname").fill("Lindner")
    teacher.get_by_label("Benutzername").fill("mira")
    teacher.get_by_label("Passwort", exact=True).fill(PASSWORD)
    teacher.get_by_label("Passwort bestätigen").fill(PASSWORD)
    look(teacher, "invitation")
    teacher.get_by_role("button", name="Konto anlegen und anmelden").click()
    return teacher


def take_the_course(page, look):
    page.get_by_role("link", name="Kurs beginnen").click()
    for part in PAGES:
        with override("de"):
            title, right = str(part.title), [str(one.right.text) for one in part.questions]
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        for text in right:
            page.get_by_label(text, exact=True).check()
        page.get_by_role("button", name="Meine Antworten prüfen").click()
        look(page, f"course-{part.key}")
        page.locator("#questions [role=status] a.button").click()
    assert CourseProgress.objects.get().done_at is not None


def follow(page, simulator, name):
    page.goto(f"{simulator.url}/course")
    page.get_by_role("link", name=f"ClassPulse öffnen als {name}").click()


def start_from_the_course(page, simulator, look):
    follow(page, simulator, "Mira Lindner")
    look(page, "platform-first")
    page.get_by_role("link", name="In meinem Konto anmelden").click()
    log_in(page, "mira", PASSWORD)
    expect(page.get_by_role("button", name="Verbinden")).to_be_visible()
    look(page, "platform-connect")
    page.get_by_role("button", name="Verbinden").click()
    expect(page.get_by_role("heading", name="Physik 9b", level=1)).to_be_visible()
    until(page, lambda: Participant.objects.filter(is_expected=True).count() == 2)
    page.get_by_role("button", name="Anwesenheit ab der nächsten Stunde melden").click()
    look(page, "class")
    page.get_by_label("Titel").fill("Wellen")
    page.get_by_role("button", name="Stunde beginnen").click()
    expect(page.get_by_role("heading", name="Wellen")).to_be_visible()


def guardian_agrees(address, open_german, look):
    page = open_german(urlsplit(address).path, viewport=PHONE)
    look(page, "guardian")
    page.get_by_role("radio", name=re.compile("^Ich willige ein: auch eigene Ergebnisse")).check()
    page.get_by_label("Ihr Name").fill("Anna Weiß")
    page.get_by_label("Ihre Beziehung zum Kind").fill("Mutter")
    page.get_by_role("button", name="Meine Antwort senden").click()
    expect(page.get_by_role("heading", name="Was Sie für Jörg geantwortet haben")).to_be_visible()
    look(page, "guardian-answered")


def come_in(page, simulator, open_german, look):
    follow(page, simulator, "Jörg Weiß")
    expect(page.get_by_text("Hallo Jörg Weiß")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^So teilnehmen"))).to_have_count(1)
    expect(page.get_by_text("Frau Sommer")).to_be_visible()
    look(page, "student-waits")
    page.get_by_role("link", name="Eltern oder Erziehungsberechtigte fragen").click()
    page.get_by_role("button", name="Link erstellen").click()
    look(page, "student-asks")
    guardian_agrees(page.locator("copy-text").get_attribute("data-text"), open_german, look)
    follow(page, simulator, "Jörg Weiß")
    look(page, "student-chooses")
    page.get_by_role("checkbox", name=re.compile("mindestens 13")).check()
    page.get_by_role("button", name="So teilnehmen: Auch meine eigenen Ergebnisse").click()
    expect_on_air(page)
    page.get_by_role("button", name="Abgehängt").click()
    expect(page.get_by_role("button", name="Abgehängt")).to_have_attribute("aria-pressed", "true")
    until(page, lambda: SelfReport.objects.filter(participant__display_name="Jörg Weiß").exists())
    look(page, "student")


def see_and_end(page, look):
    page.get_by_role("button", name="Menü").click()
    page.get_by_role("button", name="Namen zeigen").click()
    tile = page.locator(".tile").filter(has_text="Jörg Weiß")
    expect(tile).to_contain_text("abgehängt")
    look(page, "live")
    page.get_by_role("button", name="Menü").click()
    page.get_by_role("button", name="Stunde beenden").click()
    page.get_by_role("dialog").get_by_role("button", name="Stunde beenden").click()


def test_a_school_in_germany_goes_from_install_to_a_lesson_from_its_platform(open_german, simulator, look):
    gesine = open_german("/login/")
    look(gesine, "login")
    begin(gesine, first_logins()["admin"])
    choose_the_default(gesine, look)
    tell_who_answers(gesine, look)
    allow_attention(gesine, look)
    register(gesine, simulator, open_german, look)

    mira = invite_a_teacher(gesine, open_german, look)
    take_the_course(mira, look)
    start_from_the_course(mira, simulator, look)

    joerg = open_german("/healthz", viewport=PHONE)
    come_in(joerg, simulator, open_german, look)
    assert GuardianAnswer.objects.get().kind == "agreed"
    until(joerg, lambda: Attendance.objects.filter(participant__display_name="Jörg Weiß").exists())
    see_and_end(mira, look)

    lesson = Classroom.objects.get(name="Physik 9b").lessons.get()
    until(mira, lambda: Lesson.objects.get(id=lesson.id).report_state == "ready")
    mira.goto(f"/lessons/{lesson.id}/report/")
    expect(mira.get_by_role("heading", name="Bericht: Wellen")).to_be_visible()
    look(mira, "report")
    services.send_attendance_task()
    until(mira, lambda: AttendanceReturn.objects.get().state == "sent")
    assert [one["userId"] for one in simulator.scores] == ["s1"]
