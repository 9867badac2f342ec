"""Pages in longer words, in words from the right to the left, and in each language that there is."""

import os

import pytest
from django.conf import settings

from classroom.models import User
from tests.browser.test_axe import ADMIN, BROKEN, STUDENT, TEACHER, VISITOR, axe, scene  # noqa: F401
from tests.other_words import write_long_words, write_words_from_the_right
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG, FROM_THE_RIGHT = "eo", "ar"
WIDE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
EVERYBODY = [("visitor", VISITOR), ("student", STUDENT), ("teacher", TEACHER), ("admin", ADMIN)]
PRINCIPAL = [
    ("visitor", ("/login/", "/join/{join_token}/")),
    ("student", ("/lessons/{open_lesson}/me/?change", "/lessons/{lesson}/me/data/")),
    ("teacher", ("/classrooms/{classroom}/", "/lessons/{open_lesson}/", "/lessons/{lesson}/report/")),
    ("admin", ("/policy/",)),
]
OFFERED = [code for code, _name in settings.LANGUAGES if code != "en"]
# How far a page is wider than the screen, and what of a text is cut off.
CUT_OFF = """() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const cut = [...document.querySelectorAll("body *")].filter((it) => {
        const style = getComputedStyle(it);
        const isClipped = style.overflowX === "hidden" || style.overflowX === "clip";
        const isSeen = it.clientWidth > 2 && style.clipPath === "none" && style.visibility === "visible";
        return isClipped && isSeen && it.scrollWidth > it.clientWidth + 1 && it.textContent.trim();
    });
    return [...(wide > 0 ? [`wider by ${wide}`] : []), ...cut.map((it) => it.outerHTML.slice(0, 120))];
}"""


@pytest.fixture(scope="module")
def other_product(django_db_setup, tmp_path_factory):
    """A web server that speaks two made-up languages."""
    locale = tmp_path_factory.mktemp("locale")
    write_long_words(locale, LONG)
    write_words_from_the_right(locale, FROM_THE_RIGHT)
    url = os.environ["DATABASE_URL"].replace("/classpulse?", f"/{settings.DATABASES['default']['NAME']}?")
    product = Product(folder=tmp_path_factory.mktemp("other"), database_url=url, locale=locale)
    try:
        product.start("web")
        yield product
    finally:
        product.stop()


@pytest.fixture
def spoken(running_product, other_product, open_page):
    """`spoken(language, user)`: a page of it."""
    other_product.resume()

    def open_in(language, user):
        User.objects.update(language=language)
        return open_page("/", as_user=user, viewport=WIDE, base_url=other_product.url, locale=language)

    yield open_in
    other_product.suspend()


@pytest.mark.parametrize("language", [LONG, FROM_THE_RIGHT])
@pytest.mark.parametrize(("who", "paths"), EVERYBODY, ids=[who for who, _paths in EVERYBODY])
def test_no_word_makes_a_page_too_wide_or_is_cut_off(spoken, scene, save_screenshot, who, paths, language):  # noqa: F811
    users, named = scene
    page = spoken(language, users[who])
    found = {}
    for number, path in enumerate(paths):
        page.set_viewport_size(WIDE)
        assert page.goto(path.format(**named)).status == 200, path
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == FROM_THE_RIGHT else "ltr")
        for screen in (WIDE, PHONE):
            page.set_viewport_size(screen)
            if cut := page.evaluate(CUT_OFF):
                found[f"{path} at {screen['width']}"] = cut
                save_screenshot(page, f"language-{language}-{who}-{number}-{screen['width']}")
    assert found == {}


def test_words_of_a_drawing_begin_where_it_places_them(spoken):
    page = spoken(FROM_THE_RIGHT, None)
    begins = """() => {
        const drawing = '<svg viewBox="0 0 300 40"><text x="20" y="20">لهف</text></svg>';
        document.querySelector("main").innerHTML = drawing;
        return document.querySelector("main text").getBBox().x;
    }"""
    assert page.evaluate(begins) >= 20


def test_what_is_too_wide_or_cut_off_would_be_found(open_page):
    page = open_page("/login/", viewport=PHONE)
    assert page.evaluate(CUT_OFF) == []
    wide = '<p style="inline-size: 500px">wide</p>'
    cut = '<p style="inline-size: 50px; overflow: hidden; white-space: nowrap">a text that is cut off</p>'
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", wide + cut)
    assert len(page.evaluate(CUT_OFF)) == 2


@pytest.mark.parametrize("language", OFFERED or [None])
def test_nobody_is_shut_out_of_the_principal_pages_in_any_language(open_page, scene, axe, language):  # noqa: F811
    if language is None:
        pytest.skip("there is no catalogue in locale/ yet")
    users, named = scene
    User.objects.update(language=language)
    found = {}
    for who, paths in PRINCIPAL:
        page = open_page("/", as_user=users[who], viewport=PHONE, locale=language)
        for path in paths:
            assert page.goto(path.format(**named)).status == 200, path
            assert page.locator("html").get_attribute("lang") == language
            page.evaluate(axe)
            if broken := [*page.evaluate(BROKEN), *page.evaluate(CUT_OFF)]:
                found[path] = broken
    assert found == {}


def test_the_menu_works_without_scripts_and_leads_back_to_the_page(spoken, scene):  # noqa: F811
    users, _named = scene
    page = spoken("", users["teacher"])
    page.goto("/classrooms/?archived")
    page.locator(".language-menu select").select_option(FROM_THE_RIGHT)
    page.locator(".language-menu button").click()
    page.wait_for_function("document.documentElement.dir === 'rtl'")
    assert page.url.endswith("/classrooms/?archived")
