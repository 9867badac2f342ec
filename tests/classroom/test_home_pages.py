"""The front door, the login and the pages that say no."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from classroom import words
from emotion.judgement.engagement import Level
from emotion.labels import Emotion
from emotion.values import Clarity
from tests.factories import make_admin, make_school, make_teacher, make_user

pytestmark = pytest.mark.django_db


def test_a_newcomer_may_type_a_code_or_log_in(client):
    content = client.get("/").content.decode()
    assert f'action="{reverse("join")}"' in content
    assert 'name="code"' in content
    assert f'href="{reverse("login")}"' in content


def test_a_teacher_is_led_to_the_classrooms(client):
    client.force_login(make_teacher())
    assert client.get("/").url == reverse("classrooms")


@pytest.mark.parametrize(("preset", "page"), [(None, "choose_policy"), ("presence", "attention")])
def test_an_administrator_chooses_the_policy_before_anything_else(client, preset, page):
    client.force_login(make_admin(school=make_school(preset=preset)))
    assert client.get("/").url == reverse(page)


def test_a_student_with_an_account_gets_the_code_field(client):
    client.force_login(make_user(role="student"))
    content = client.get("/").content.decode()
    assert 'name="code"' in content
    assert reverse("login") not in content


def test_a_login_that_fails_says_so(client):
    content = client.post(reverse("login"), {"username": "nobody", "password": "wrong"}).content.decode()
    assert 'role="alert"' in content


def test_a_login_leads_on_to_where_somebody_wanted_to_go(client):
    teacher = make_teacher(username="mira", password="a-long-password")
    login = client.get(reverse("classrooms")).url
    assert 'value="/classrooms/"' in client.get(login).content.decode()
    answer = client.post(
        login, {"username": teacher.username, "password": "a-long-password", "next": "/classrooms/"}
    )
    assert answer.url == "/classrooms/"


def test_a_page_that_is_missing_says_no_more_than_that(client):
    answer = client.get("/lessons/999999/report/nothing/")
    assert answer.status_code == 404
    assert "There is nothing here for you" in answer.content.decode()


def test_who_logs_in_after_pressing_a_button_reads_that_it_has_to_be_pressed_again(client):
    teacher = make_teacher()
    to_login = client.post("/demo/start/").headers["Location"]
    client.force_login(teacher)
    answer = client.get(to_login.partition("next=")[2])
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "go back to its page and press it again" in answer.content.decode()


@pytest.mark.parametrize("template", ["403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_need_no_request(template):
    assert 'id="main"' in render_to_string(template)


def test_every_page_has_a_way_past_the_header(client):
    content = client.get("/").content.decode()
    assert content.index('href="#main"') < content.index("<header")
    assert '<main id="main"' in content


POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


@pytest.fixture
def static_file(settings, tmp_path):
    """The address of a collected file; WhiteNoise reads the folder when a client makes its first request."""
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "page.js").write_text("export {};")
    return f"/{settings.STATIC_URL.lstrip('/')}page.js"


def test_a_page_loads_nothing_from_elsewhere_and_gets_no_more_than_the_camera(client):
    headers = client.get("/").headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["Permissions-Policy"] == "camera=(self), microphone=(), geolocation=()"


def test_a_page_that_is_missing_and_a_static_file_are_held_to_the_same(static_file, client):
    for address, status in (("/nothing/", 404), (static_file, 200)):
        answer = client.get(address)
        assert answer.status_code == status
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert "camera=(self)" in answer.headers["Permissions-Policy"]
        answer.close()


@pytest.mark.parametrize("name", ["worker.js", "worker.0123456789ab.js"])
def test_the_worker_that_reads_pictures_has_nothing_but_code_and_its_own_server(
    settings, tmp_path, client, name
):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "js" / "reading").mkdir(parents=True)
    (tmp_path / "js" / "reading" / name).write_text("{}")
    answer = client.get(f"/{settings.STATIC_URL.lstrip('/')}js/reading/{name}")
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
    )
    answer.close()


@pytest.mark.parametrize("label", list(Emotion))
def test_an_expression_resembles_and_never_is(label):
    clear, weak = (words.expression_phrase(label, one) for one in (Clarity.CLEARLY, Clarity.WEAKLY))
    assert clear.startswith("expression clearly resembles ") or clear == "expression clearly neutral"
    assert weak.startswith("expression weakly resembles ") or weak == "expression rather neutral"
    assert words.expression_phrase(label, Clarity.NOT_SURE) == "not sure which expression"


def test_scripts_get_a_word_for_every_level_and_label():
    told = words.js_words()
    assert set(told["levels"]) == {level.value for level in Level}
    assert set(told["clearly"]) == set(told["weakly"]) == {label.value for label in Emotion}
    assert told["not_sure"] == {"": "not sure which expression"}
    assert set(told["resembled"]) == {label.value for label in Emotion}


def test_both_plural_forms_say_the_same_things():
    told = words.js_words()
    assert set(told["one"]) == set(told["other"])
    assert told["one"]["say_lost"] != told["other"]["say_lost"]
