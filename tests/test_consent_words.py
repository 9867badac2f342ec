"""The words of the consent have versions of their own in each language."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from classroom import disclosure, queries
from classroom.consent_words import VERSIONS, ConsentWords
from classroom.languages import numbers_by_form, offered
from classroom.local.messages import of_template
from classroom.models import Consent
from tests.classroom.test_student_pages import client_of, live_lesson, page, url
from tests.factories import make_consent, make_lesson, make_participant
from tests.other_words import write_words

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[1]
PINNED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
# What the page says on which somebody chooses a way, with all that these include.
PAGES = ("student/partials/ways.html", "student/partials/terms.html")
INCLUDED = re.compile(r"""{% include ["']([^"']+)["']""")


def parts(*names: str) -> set[str]:
    """The templates, and those that they include."""
    found = set(names)
    for name in names:
        found |= parts(*INCLUDED.findall(read(name)))
    return found


def read(name: str) -> str:
    return (ROOT / "templates" / name).read_text()


def digest(language: str) -> str:
    """Of every text of the consent as it is shown in the language, in each form of its plurals."""
    shown = hashlib.sha256()
    with translation.override(language):
        for name in sorted(parts(*PAGES)):
            for _line, message, _comments, _context in of_template(read(name), name):
                shown.update("\n".join(said(message, language)).encode())
    return shown.hexdigest()[:16]


def said(message: str | tuple[str, str], language: str) -> list[str]:
    if isinstance(message, str):
        return [translation.gettext(message)]
    return [translation.ngettext(*message, n) for n in numbers_by_form(language).values()]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_the_words_of_a_language_are_those_of_their_version(language):
    found = {"version": ConsentWords.in_force(language).version, "digest": digest(language)}
    assert PINNED.get(language) == found, (
        f"The consent says something else in {language!r}. If anybody may have agreed to the older words, "
        f"raise VERSIONS in classroom/consent_words.py. "
        f"Then write what was found into {Path(__file__).stem}.toml."
    )


@pytest.fixture
def german(settings, tmp_path):
    write_words(
        tmp_path, "de", {"Without camera": "Ohne Kamera", "What I agreed to": "Wozu ich Ja gesagt habe"}
    )
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = offered(tmp_path)


def test_another_word_of_a_catalogue_would_be_found(german):
    english = digest("en")
    assert digest("de") != english


def test_a_text_that_a_part_of_the_page_includes_is_one_of_its_words():
    assert "student/partials/ai_notice.html" in parts(*PAGES)


def chosen(lesson, own, language, **said):
    answers = {"choice": "no_camera", **said}
    client_of(own).post(url("give_consent", lesson), answers, headers={"accept-language": language})
    return Consent.objects.active().get(participant=own)


def test_a_choice_keeps_the_language_and_the_version_that_were_read(german):
    lesson = live_lesson()
    own = make_participant(lesson=lesson)
    german = client_of(own).get(url("my_lesson", lesson), headers={"accept-language": "de"}).content.decode()
    assert 'name="words" value="de.1"' in german and "Ohne Kamera" in german
    assert chosen(lesson, own, "en", words="de.1").words == ConsentWords("de", 1)


@pytest.mark.parametrize("forged", ["de.7", "de", "tlh.1", "en.0", "en.٣", "x" * 500, ""])
def test_words_that_nobody_can_have_read_are_those_of_the_page(german, forged):
    lesson = live_lesson()
    assert chosen(lesson, make_participant(lesson=lesson), "de", words=forged).words == ConsentWords("de", 1)


def test_a_page_that_was_open_since_before_the_words_changed_is_answered_for_what_it_said(german):
    lesson = live_lesson()
    own = make_participant(lesson=lesson)
    chosen(lesson, own, "en", words=f"en.{VERSIONS['en'] - 1}")
    assert queries.active_consent(lesson.id, own.id) is None, "so it is asked for again"


@pytest.mark.parametrize(("changed", "is_asked_again"), [("de", True), ("en", False), ("es", False)])
def test_only_who_read_the_words_that_changed_is_asked_again(monkeypatch, changed, is_asked_again):
    lesson = make_lesson()
    own = make_participant(lesson=lesson)
    make_consent(lesson=lesson, participant=own, language="de", version=VERSIONS["de"])
    monkeypatch.setitem(VERSIONS, changed, VERSIONS[changed] + 1)
    assert (queries.active_consent(lesson.id, own.id) is None) is is_asked_again


def test_words_of_another_language_said_from_the_first_what_the_english_ones_came_to_say():
    german = Consent(choice="own_results", language="de", version=1)
    english = Consent(choice="own_results", language="en", version=1)
    assert disclosure.tells_own_taps(german) and disclosure.compares_lessons(german)
    assert not disclosure.tells_own_taps(english) and not disclosure.compares_lessons(english)


def test_the_own_data_say_in_which_language_the_words_were_read(german):
    lesson = live_lesson()
    own = make_participant(lesson=lesson)
    make_consent(lesson=lesson, participant=own, language="de", version=1)
    assert "version 1 of the wording in Deutsch" in page(own, lesson, name="my_data")
    told = client_of(own).get(url("my_data", lesson), {"format": "json"}).json()
    assert told["summary"]["consents"][0]["language"] == "de"
