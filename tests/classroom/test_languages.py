"""In which language somebody reads: the one that was chosen, the browser's or this server's."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from classroom import access, services
from classroom.languages import day, decimal, listed, not_compiled, numbers_by_form, offered, one_of
from classroom.models import User
from classroom.viewer import language_of_reader
from reports.build import build_report
from tests.factories import make_classroom, make_lesson, make_participant, make_school, make_teacher
from tests.other_words import write_words
from tests.reports.class_of import make_taught_class

pytestmark = pytest.mark.django_db
# An attribute that is one number, or the numbers of a drawing.
COMMA = re.compile(r'[\w-]+="(?:-?\d+,\d+[a-z%]*|[MmLlHhVvZz\d ,.-]*\d,\d+[MmLlHhVvZz\d ,.-]*)"')
GERMAN = {
    "Log in": "Anmelden",
    "Log out": "Abmelden",
    "Set a new password": "Neues Passwort",
    "ClassPulse: your second factor was removed": "ClassPulse: Der zweite Faktor wurde entfernt",
}
SPANISH = {"Log in": "Entrar", "Set a new password": "Clave nueva"}


@pytest.fixture(autouse=True)
def three_languages(settings, tmp_path):
    write_words(tmp_path, "de", GERMAN)
    write_words(tmp_path, "es", SPANISH)
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = offered(tmp_path)


def home(client, **headers):
    return client.get(reverse("login"), headers=headers)


def language(answer):
    return answer.headers["Content-Language"]


def choose(client, code, to="/"):
    return client.post(reverse("choose_language"), {"language": code, "next": to})


def test_a_catalogue_is_all_that_a_language_needs(settings):
    assert settings.LANGUAGES == [("en", "English"), ("de", "Deutsch"), ("es", "Español")]


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("de-AT,de;q=0.9", "de"), ("fr,es;q=0.5,en;q=0.1", "es"), ("fr", "en"), ("", "en"), ("*", "en")],
)
def test_a_visitor_reads_the_first_language_of_the_browser_that_there_is(client, asked, spoken):
    answer = home(client, accept_language=asked)
    assert language(answer) == spoken
    assert f'<html lang="{spoken}" dir="ltr">' in answer.content.decode()


def test_a_browser_that_asks_for_none_that_there_is_gets_that_of_the_server(client, settings):
    settings.DEFAULT_LANGUAGE = "de"
    assert "Anmelden" in home(client, accept_language="fr").content.decode()


def test_a_guest_keeps_the_language_that_was_chosen_whatever_the_browser_asks_for():
    place = make_participant(classroom=make_classroom())
    client = Client(headers={"accept-language": "es"})
    assert language(home(client)) == "es"
    chosen = choose(client, "de", reverse("join_classroom", args=[place.classroom.join_token]))
    assert chosen.url == reverse("join_classroom", args=[place.classroom.join_token])
    cookie = client.cookies["language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("de", True, "Lax")
    assert language(home(client)) == "de"


def test_an_account_keeps_its_language_on_every_device():
    teacher = make_teacher(language="")
    client = Client(headers={"accept-language": "es"})
    client.force_login(teacher)
    assert language(client.get(reverse("account"))) == "es"
    choose(client, "de")
    assert "language" not in client.cookies
    other = Client(headers={"accept-language": "es"})
    other.force_login(teacher)
    answer = other.get(reverse("account"))
    assert (language(answer), "Abmelden" in answer.content.decode()) == ("de", True)


def test_a_language_that_there_is_not_changes_nothing(client):
    assert choose(client, "tlh").url == "/"
    assert "language" not in client.cookies
    assert User.objects.filter(language="tlh").count() == 0


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "join/"]
)
def test_the_menu_leads_to_no_other_place(client, place):
    assert choose(client, "de", place).url == "/"


def test_the_menu_is_on_the_page_and_leads_back_to_it(client):
    page = client.get(reverse("join") + "?code=1").content.decode()
    assert '<option value="es" lang="es">Español</option>' in page
    assert '<input type="hidden" name="next" value="/join/?code=1">' in page


def test_the_menu_of_a_page_that_answers_a_form_leads_to_the_form(client):
    page = client.post(reverse("login"), {}, headers={"referer": "http://testserver/login/?next=/people/"})
    assert '<input type="hidden" name="next" value="/login/?next=/people/">' in page.content.decode()


def test_of_one_language_there_is_no_menu(client, settings):
    settings.LANGUAGES = settings.LANGUAGES[:1]
    assert "language-menu" not in home(client).content.decode()


def test_whatever_keeps_pages_is_told_that_they_differ_by_language(client):
    assert {"Accept-Language", "Cookie"} <= set(home(client).headers["Vary"].split(", "))


def test_a_language_whose_catalogue_went_away_is_none(client, settings):
    client.cookies["language"] = "de"
    teacher = make_teacher(language="de")
    settings.LANGUAGES = settings.LANGUAGES[:1]
    assert language(home(client)) == "en"
    with language_of_reader(teacher):
        assert listed("abc") == "a, b and c"


def test_what_a_catalogue_lacks_is_english_also_where_the_server_speaks_german(client, settings):
    settings.DEFAULT_LANGUAGE = "de"
    page = home(client, accept_language="es").content.decode()
    assert "Entrar" in page and "Skip to the content" in page


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", ("a, b and c", "a or b", "1234.5", "5 Nov 2026")),
        ("de", ("a, b und c", "a oder b", "1234,5", "5. Nov. 2026")),
        ("es", ("a, b y c", "a o b", "1234,5", "5 nov 2026")),
    ],
)
def test_lists_numbers_and_days_are_those_of_the_reader(code, said):
    with language_of_reader(User(language=code)):
        assert (listed("abc"), one_of("ab"), decimal(1234.5), day(date(2026, 11, 5))) == said


def test_a_list_of_one_is_that_one_and_of_none_is_nothing():
    assert (listed(["a"]), listed([])) == ("a", "")


def test_every_form_in_which_a_language_counts_has_a_number():
    assert numbers_by_form("en") == {"other": 0, "one": 1}
    assert numbers_by_form("es") == {"other": 0, "one": 1, "many": 1_000_000}
    assert set(numbers_by_form("ar")) == {"zero", "one", "two", "few", "many", "other"}


def test_a_mail_is_in_the_language_of_its_reader_not_of_who_had_it_sent(settings, mailoutbox):
    settings.EMAIL_HOST = "mail.school.example"
    reader = make_teacher(language="de")
    services.note_confirmed_email(user=reader, email="kim@school.example")
    with translation.override("es"):
        services.emails.tell_of_lost_factor(owner=reader, actor=make_teacher(language="es"))
    assert mailoutbox[0].subject == GERMAN["ClassPulse: your second factor was removed"]


@pytest.mark.parametrize(("chosen", "subject"), [("de", "Neues Passwort"), ("", "Clave nueva")])
def test_a_link_for_a_new_password_is_in_the_language_of_the_account_or_of_the_browser_that_asked(
    settings, mailoutbox, chosen, subject
):
    settings.EMAIL_HOST = "mail.school.example"
    services.note_confirmed_email(user=make_teacher(language=chosen), email="kim@school.example")
    asked = {"email": "kim@school.example"}
    Client().post(reverse("account_reset_password"), asked, headers={"accept-language": "es"})
    assert subject in mailoutbox[0].subject


def test_a_catalogue_that_is_not_compiled_is_named(settings, tmp_path):
    assert not_compiled(tmp_path) == []
    (tmp_path / "es/LC_MESSAGES/django.mo").unlink()
    assert not_compiled(tmp_path) == ["es"]


def test_no_number_that_a_browser_reads_has_a_comma(settings):
    """German numbers have one; attributes and drawings are no German."""
    now = timezone.now()
    taught = make_taught_class(started_at=now - timedelta(hours=3), report_state="ready")
    build_report(lesson_id=taught.lesson.id, now=now, progress=lambda percent: None)
    lesson = taught.lesson
    User.objects.update(language="de")
    client = Client()
    client.force_login(lesson.classroom.teacher)
    pages = [
        reverse("report", args=[lesson.id]) + "?individuals=1",
        reverse("participant_report", args=[lesson.id, taught.sad.id]),
        reverse("classroom", args=[lesson.classroom_id]),
        reverse("class_lessons", args=[lesson.classroom_id]),
        reverse("how_good"),
        reverse("lesson", args=[services.open_lesson(classroom=lesson.classroom, title="", now=now).id]),
    ]
    found = {}
    for page in pages:
        answer = client.get(page)
        assert (answer.status_code, language(answer)) == (200, "de"), page
        if wrong := COMMA.findall(answer.content.decode()):
            found[page] = wrong
    assert found == {}
    assert COMMA.search('<rect x="1,5" />') and not COMMA.search('<p title="1,5 von 2">1,5</p>')


@pytest.fixture
def german_school():
    return make_school(language="de")


def test_who_asks_for_no_language_that_there_is_reads_that_of_the_school(german_school):
    client = Client(headers={"accept-language": "fr"})
    client.force_login(make_teacher(school=german_school, language=""))
    assert language(client.get(reverse("account"))) == "de"
    assert language(client.get(reverse("account"), headers={"accept-language": "es"})) == "es"
    choose(client, "en")
    assert language(client.get(reverse("account"))) == "en"


def test_a_guest_reads_the_language_of_the_school_at_its_door_and_within(german_school):
    classroom = make_classroom(school=german_school)
    client = Client(headers={"accept-language": "fr"})
    assert language(client.get(reverse("join_classroom", args=[classroom.join_token]))) == "de"
    assert language(client.get(reverse("join"))) == "en", "of no school yet"
    name, value = access.guest_cookie(make_participant(classroom=classroom))
    client.cookies[name] = value
    assert language(client.get(reverse("join"))) == "de"


def test_nobody_learns_by_the_language_that_there_is_a_lesson(german_school):
    lesson = make_lesson(classroom=make_classroom(school=german_school))
    client = Client(headers={"accept-language": "fr"})
    found = [client.get(reverse("my_lesson", args=[one])) for one in (lesson.id, lesson.id + 1)]
    assert [(one.status_code, language(one)) for one in found] == [(404, "en"), (404, "en")]


def test_a_mail_to_who_chose_no_language_is_in_that_of_the_school(german_school):
    with language_of_reader(make_teacher(school=german_school, language="")):
        assert translation.get_language() == "de"
