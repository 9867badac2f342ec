"""What `make messages` finds, what it keeps, and what of a catalogue is read."""

import gettext
import os
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from classroom.local import catalogues, messages
from classroom.local.catalogues import BadCatalogue

ROOT = Path(__file__).resolve().parents[2]
HEAD = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"""
CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext
_("One %(thing)s " "in two pieces")
ngettext("{n} day", "{n} days", 2)
pgettext("a month", "May")
"""
TEMPLATE = """{% load i18n %}
<div>
      <p>{% translate "Deep in it" %}</p>
  {% if place == _("in a condition") %}
        {% blocktranslate count n=days trimmed %}
            {{ n }} day left
        {% plural %}
            {{ n }} days left
        {% endblocktranslate %}
 {% endif %}{{ names|join:_(", or ") }}
</div>
{% include "a.html" with title=_("as a value") %}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return written(tmp_path / "de" / "LC_MESSAGES" / "django.po", "")


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + text)
    return path


def texts(found: list[messages.Found]) -> list[object]:
    return [one[1] for one in found]


def spoken(source: Path) -> gettext.GNUTranslations:
    with source.with_name("django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_the_texts_of_code_are_found_with_their_plurals_and_contexts() -> None:
    found = messages.of_code(CODE)
    assert texts(found) == ["One %(thing)s in two pieces", ("{n} day", "{n} days"), "May"]
    assert found[-1][3] == "a month"


def test_the_texts_of_a_template_are_found_however_it_is_indented() -> None:
    assert texts(messages.of_template(TEMPLATE, "a.html")) == [
        "Deep in it",
        "in a condition",
        ("%(n)s day left", "%(n)s days left"),
        ", or ",
        "as a value",
    ]


def test_what_pages_show_of_the_rules_of_the_law_is_found() -> None:
    found = texts(messages.of_rules((ROOT / messages.RULES).read_text()))
    assert {"European Union or EEA", "AI Act, Article 50(3)", "No emotion is inferred."} <= set(found)


def test_the_product_is_found_whole() -> None:
    found = messages.collected(ROOT)
    for text in ("Log out", "with you", "Which of seven expressions your face resembles, and how surely."):
        assert any(str(one.id).startswith(text) for one in found), text


def test_a_catalogue_keeps_what_is_translated_and_marks_or_drops_what_has_changed(source: Path) -> None:
    template = Catalog()
    template.add("Log out", locations=[("b.html", 1)])
    template.add("The lesson has ended.", locations=[("a.html", 9)])
    translated = '\nmsgid "Log out"\nmsgstr "Abmelden"\n'
    changed = '\nmsgid "The lesson has ended"\nmsgstr "Die Stunde ist zu Ende"\n'
    written(source, translated + changed + '\nmsgid "Gone by now"\nmsgstr "Weg"\n')
    text = messages.renewed(source, template)
    assert text.index("a.html\n#, fuzzy\n") < text.index("b.html")
    assert "Gone by now" not in text
    source.write_text(text)
    assert messages.renewed(source, template) == text, "again, it is the same"
    catalogues.compile_one(source)
    assert spoken(source).gettext("Log out") == "Abmelden"
    assert spoken(source).gettext("The lesson has ended.") == "The lesson has ended.", "not sure, so English"


def test_what_is_not_translated_hides_nothing_of_a_package(source: Path) -> None:
    written(source, '\nmsgid "Password"\nmsgstr ""\n')
    catalogues.compile_one(source)
    assert b"Password" not in source.with_name("django.mo").read_bytes()


def test_a_catalogue_is_compiled_where_it_is_not_or_was_changed_since(source: Path) -> None:
    locale, compiled = source.parents[2], source.with_name("django.mo")
    catalogues.ensure(locale)
    first = compiled.stat().st_mtime_ns
    catalogues.ensure(locale)
    assert compiled.stat().st_mtime_ns == first
    written(source, '\nmsgid "Log out"\nmsgstr "Abmelden"\n')
    os.utime(source, (first / 1e9 + 5, first / 1e9 + 5))
    catalogues.ensure(locale)
    assert spoken(source).gettext("Log out") == "Abmelden"


def test_a_catalogue_that_cannot_be_read_is_named(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(source, '\nmsgid "Log out"\nmsgstr "Abmelden\n\n nonsense')
    with pytest.raises(BadCatalogue, match=r"de/LC_MESSAGES/django\.po"):
        catalogues.read(source)
    assert catalogues.main(source.parents[2]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_without_a_catalogue_there_is_nothing_to_do(tmp_path: Path) -> None:
    catalogues.ensure(tmp_path / "locale")
