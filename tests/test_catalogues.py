"""Every text is translated, surely, and says the same with the same values in the same places."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from classroom.local.catalogues import read, sources
from classroom.local.messages import collected

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "locale"
SOURCES = list(sources(LOCALE))

VALUE = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|%\{[^}]*\}")
TAG = re.compile(r"</?\w+[^>]*>|&\w+;")
EDGES = re.compile(r"^\s*|\s*$")


@pytest.fixture(scope="module")
def shown() -> Catalog:
    return collected(ROOT)


@pytest.fixture(scope="module", params=SOURCES or [None], ids=lambda source: source and source.parts[-3])
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    if request.param is None:
        pytest.skip("there is no catalogue in locale/ yet")
    return read(request.param)


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Each translation with the English that it stands for."""
    if isinstance(message.id, str):
        yield message.id, str(message.string)
        return
    one, other = message.id
    for form, said in enumerate(message.string):
        yield (one if form == 0 and len(message.string) > 1 else other), said


def wrong(message: Message) -> str:
    """What is wrong with a translation; nothing where it is right."""
    if message.fuzzy:
        return "fuzzy"
    for english, said in pairs(message):
        if not said:
            return "missing"
        if differ(VALUE, english, said, may_lack=not isinstance(message.id, str)):
            return f"other values: {said!r}"
        if differ(TAG, english, said):
            return f"other tags: {said!r}"
        if EDGES.findall(english) != EDGES.findall(said):
            return f"other spaces at its ends: {said!r}"
    return ""


def differ(kind: re.Pattern[str], english: str, said: str, *, may_lack: bool = False) -> bool:
    """Whether they hold other values or tags; a form of a plural may leave its number out: "one day"."""
    before, after = set(kind.findall(english)), set(kind.findall(said))
    return bool(after - before) or bool(before - after and not may_lack)


def test_no_text_is_missing_unsure_or_broken(catalogue: Catalog, shown: Catalog) -> None:
    found = {str(one.id): wrong(one) for one in catalogue if one.id}
    known = {(one.id, one.context) for one in catalogue}
    lacking = {str(one.id): "not in the catalogue: make messages" for one in shown if key(one) not in known}
    assert {text: what for text, what in (found | lacking).items() if what} == {}


def key(message: Message) -> tuple[object, str | None]:
    return message.id, message.context


def test_a_number_has_as_many_forms_as_the_language_counts_with(catalogue: Catalog) -> None:
    plurals = [one for one in catalogue if one.id and not isinstance(one.id, str)]
    assert plurals
    assert {str(one.id) for one in plurals if len(one.string) != catalogue.num_plurals} == set()


def test_a_catalogue_is_as_make_messages_writes_it(catalogue: Catalog, shown: Catalog) -> None:
    used = {key(one) for one in shown}
    gone = {str(one.id) for one in catalogue if one.id and key(one) not in used}
    assert gone == set(), "make messages"


@pytest.mark.parametrize(
    ("english", "said", "what"),
    [
        ("%(n)s of {all}", "{all}, davon %(n)s", ""),
        ("%(n)s of {all}", "{alle}, davon %(n)s", "other values"),
        ("100 %% of it", "100 % davon", "other values"),
        ("<b>Never</b>", "Nie", "other tags"),
        ("Never\n", "Nie", "other spaces"),
        ("Never", "", "missing"),
        (("%(n)s day", "%(n)s days"), ("ein Tag", "%(n)s Tage"), ""),
        (("%(n)s day", "%(n)s days"), ("%(n)s Tag", "%(m)s Tage"), "other values"),
        (("%(n)s day", "%(n)s days"), ("%(n)s Tag", ""), "missing"),
    ],
)
def test_a_broken_translation_would_be_found(english, said, what) -> None:
    assert wrong(Message(english, said)).startswith(what) and bool(what) == bool(
        wrong(Message(english, said))
    )


def test_a_translation_that_nobody_has_looked_at_would_be_found() -> None:
    assert wrong(Message("Never", "Nie", flags={"fuzzy"})) == "fuzzy"
