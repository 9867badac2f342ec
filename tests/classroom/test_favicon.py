"""The small picture of the tab: browsers ask for it, and find it."""

from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"


@pytest.mark.django_db
def test_every_page_names_a_picture_of_our_own(client):
    page = client.get("/login/").content.decode()
    assert '<link rel="icon" type="image/svg+xml" href="/static/img/logo.svg">' in page


def test_who_asks_for_the_old_name_is_led_to_it(client):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.url) == (302, "/static/img/logo.svg")
    picture = (STATIC / answer.url.removeprefix("/static/")).read_text()
    assert picture.startswith("<svg") and "http://www.w3.org/2000/svg" in picture
    assert not any(word in picture for word in ("<script", "href", "url(", "@import"))
