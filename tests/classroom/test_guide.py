"""Help says what to press in the product's own words, fits the page it is asked from, needs no login."""

import ast
import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from classroom.guide import glossary
from classroom.guide.course import QUESTIONS
from classroom.guide.pages import BY_SLUG, FITS, FITTING, PAGES, STAY_OPEN, WITHOUT_HELP, page_for
from tests.factories import make_admin, make_classroom, make_lesson, make_participant, make_teacher
from tests.test_rights import PAGES as ANSWERS

ROOT = Path(__file__).resolve().parents[2]
# What explains the product is not itself a part of it to explain.
EXPLAINS = ("templates/help/", "classroom/guide/")
TRANSLATED = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
IN_TEMPLATES = re.compile(
    r"""\{%\s*translate\s+(["'])(?P<line>.+?)\1|_\((["'])(?P<inner>.+?)\3\)"""
    r"""|\{%\s*blocktranslate[^%]*%\}(?P<block>.+?)\{%\s*endblocktranslate""",
    re.DOTALL,
)
# Read out alone: who looks for it on the page does not find it.
UNSEEN = re.compile(r'aria-label="[^"]*"')
LANGUAGES = [code for code, _name in settings.LANGUAGES]
pytestmark = pytest.mark.django_db


@cache
def catalogue():
    """Every string of the product that a person may see."""
    found = set()
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if not str(path.relative_to(ROOT)).startswith(EXPLAINS):
            for match in IN_TEMPLATES.finditer(UNSEEN.sub("", path.read_text())):
                found.update(text for name, text in match.groupdict().items() if text)
    for package in ("classroom", "reports"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if not str(path.relative_to(ROOT)).startswith(EXPLAINS):
                found |= translated_in(path.read_text())
    return frozenset(found)


def translated_in(source):
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [node for node in calls if getattr(node.func, "id", "") in TRANSLATED]
    return {one.value for node in named for one in node.args if isinstance(one, ast.Constant)}


def text_of(response):
    assert response.status_code == 200
    return unescape(response.content.decode())


def visit(url_name, *args, client=None, **query):
    return text_of((client or Client()).get(reverse(url_name, args=args), query))


def bold_in(html):
    return [unescape(one) for one in re.findall(r"<strong>(.+?)</strong>", html)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES, ids=list(BY_SLUG))
def test_what_help_says_to_press_stands_in_the_product(page, language):
    with translation.override(language):
        named = bold_in(render_to_string(page.template))
        known = {translation.gettext(text) for text in catalogue()}
    assert [words for words in named if words not in known] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "school").glob("*.md")), ids=lambda page: page.stem)
def test_what_the_handbook_of_a_school_names_stands_in_the_product(page):
    named = [" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", page.read_text(), re.DOTALL)]
    assert [words for words in named if words not in catalogue()] == []


def test_a_button_that_is_not_there_would_be_found():
    assert "Start lesson" in catalogue()
    assert "Begin lesson" not in catalogue()
    assert translated_in('x = _("Here")\ny = other("There")') == {"Here"}


@pytest.mark.parametrize("page", PAGES, ids=list(BY_SLUG))
def test_each_page_is_short_and_is_read_without_a_login(page):
    text = visit("help_page", page.slug)
    assert str(page.title) in text
    assert len(re.sub(r"<[^>]+>", " ", render_to_string(page.template)).split()) < 300


def test_every_page_of_help_has_its_prose_and_no_prose_is_left_over():
    written = {path.stem for path in (ROOT / "templates" / "help" / "pages").glob("*.html")}
    assert written == set(BY_SLUG)
    assert len(BY_SLUG) == len(PAGES)


def test_a_page_that_is_not_there_is_none():
    assert Client().get(reverse("help_page", args=["no-such-page"])).status_code == 404


def test_the_list_leads_to_every_page_and_to_the_words():
    text = visit("help")
    assert all(f'href="{reverse("help_page", args=[slug])}"' in text for slug in BY_SLUG)
    assert f'href="{reverse("help_words")}"' in text


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("substitute", {"your-class"}),
        ("SUBSTITUTE hand-over", {"your-class"}),
        ("15 minutes", {"your-class", "lost-way-back"}),
        ("substitute nonsense", set()),
    ],
)
def test_a_search_finds_pages_by_all_words_of_their_text(search, found):
    text = visit("help", q=search)
    assert {slug for slug in BY_SLUG if f'href="{reverse("help_page", args=[slug])}"' in text} == found
    assert ("Nothing was found" in text) == (not found)


def test_a_search_finds_words_too():
    assert f'href="{reverse("help_words")}#unknown"' in visit("help", q="never counted as disengaged")


def test_a_search_shows_what_was_typed_and_not_as_marks():
    html = Client().get(reverse("help"), {"q": "<b>x"}).content.decode()
    assert "<b>x" not in html
    assert "&lt;b&gt;x" in html


@pytest.mark.parametrize("term", glossary.TERMS, ids=list(glossary.BY_SLUG))
def test_each_word_is_used_in_the_product_and_help_leads_to_it(term):
    name = str(term.name).casefold()
    assert any(name in text.casefold() for text in catalogue())
    users = [page for page in PAGES if term.slug in page.words]
    assert users
    anchor = f"{reverse('help_words')}#{term.slug}"
    assert all(f'href="{anchor}"' in visit("help_page", page.slug) for page in users)


def test_each_word_has_one_anchor_and_one_meaning():
    text = visit("help_words")
    assert all(text.count(f'<dt id="{slug}">') == 1 for slug in glossary.BY_SLUG)
    assert len(glossary.BY_SLUG) == len(glossary.TERMS)


@pytest.mark.parametrize("page", PAGES, ids=list(BY_SLUG))
def test_the_words_that_a_page_names_are_explained(page):
    assert set(page.words) <= set(glossary.BY_SLUG)


def test_every_page_that_people_see_has_its_help_or_deliberately_none():
    seen = {name for (name, method), answers in ANSWERS.items() if method == "GET"}
    unmapped = seen - set(FITS) - WITHOUT_HELP
    assert unmapped == set()
    assert set(FITS) & WITHOUT_HELP == set()


def test_help_fits_no_page_that_is_not_there():
    names = {name for name, _method in ANSWERS}
    assert (set(FITS) | WITHOUT_HELP) - names == set()
    assert set(FITTING) <= set(BY_SLUG)
    assert set(STAY_OPEN) <= set(FITS)
    assert len(FITS) == sum(len(names) for names in FITTING.values())


def test_the_foot_of_a_page_leads_to_what_fits_it():
    lesson = make_lesson()
    client = Client()
    client.force_login(lesson.classroom.teacher)
    link = f'href="{reverse("help_page", args=["first-lesson"])}"'
    assert link in visit("classroom", lesson.classroom.id, client=client)
    text = visit("lesson", lesson.id, client=client)
    assert f'href="{reverse("help_page", args=["live-view"])}" target="_blank"' in text
    assert "(opens in a new tab)" in text


def test_a_page_without_help_of_its_own_leads_to_the_list():
    html = Client().get("/no/such/page/").content.decode()
    assert f'<a href="{reverse("help")}">Help</a>' in html
    assert page_for(None) is None


def test_a_refusal_leads_to_what_it_means():
    answer = Client(enforce_csrf_checks=True).post(reverse("join"), {"code": "ABCDEF"})
    assert answer.status_code == 403
    assert reverse("help_page", args=["refused"]) in answer.content.decode()


def test_help_leads_its_reader_to_the_page_that_it_is_about():
    button = f'href="{reverse("people")}">Open “People”'
    admin, teacher = Client(), Client()
    admin.force_login(make_admin())
    teacher.force_login(make_teacher())
    assert button in visit("help_page", "people", client=admin)
    assert button not in visit("help_page", "people", client=teacher)
    assert button not in visit("help_page", "people")
    assert f'href="{reverse("join")}">Open “Join a class”' in visit("help_page", "joining")


def test_the_place_that_a_page_leads_to_is_called_as_the_product_calls_it():
    assert [page.slug for page in PAGES if page.way and str(page.way.label) not in catalogue()] == []


def test_help_says_of_the_list_of_lessons_what_its_page_says():
    said = "All lessons of your school, demonstrations among them, with their reports and flags."
    admin = Client()
    admin.force_login(make_admin())
    assert said in visit("overview", client=admin)
    assert said in visit("help_page", "school-lessons")


def test_help_asks_the_database_for_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        for url_name in ("help", "help_words"):
            visit(url_name)
        visit("help", q="camera")


def test_a_student_in_a_lesson_keeps_it_while_reading_help(client):
    lesson = make_lesson(classroom=make_classroom())
    account = make_teacher().__class__.objects.create_user("kim", role="student")
    make_participant(lesson=lesson, user=account)
    client.force_login(account)
    html = client.get(reverse("my_lesson", args=[lesson.id])).content.decode()
    assert f'href="{reverse("help_page", args=["joining"])}" target="_blank"' in html


def test_the_course_is_no_part_of_public_help():
    text = "".join(visit("help_page", slug) for slug in BY_SLUG)
    assert not any(str(question.situation) in text for question in QUESTIONS.values())
