"""Whatever a person reads goes through gettext: in templates, in code, in scripts."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = sorted(path for kind in ("*.html", "*.txt") for path in (ROOT / "templates").rglob(kind))
# Migrations keep what models said; what the API says of itself is for programmers, who read English.
UNREAD = ("classroom/migrations/", "classroom/api/")
CODE = sorted(
    path
    for package in ("classroom", "reports")
    for path in (ROOT / package).rglob("*.py")
    if not str(path.relative_to(ROOT)).startswith(UNREAD)
)
SCRIPTS = sorted(path for path in (ROOT / "static/js").rglob("*.js") if "vendor" not in path.parts)

TRANSLATED = re.compile(r"{% (blocktranslate|comment)\b.*?{% end\1 %}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
LETTERS = re.compile(r"[^\W\d_]{2,}")
READ_OUT = {"alt", "aria-label", "aria-description", "placeholder", "title"}
# The same in every language.
NAMES = {
    "ClassPulse": "the name of the product",
    **dict.fromkeys(("curl", "Authorization", "Bearer"), "a command that is typed as it stands"),
}
# Arguments and names of which a person reads the value.
SHOWN = {
    "label",
    "help_text",
    "verbose_name",
    "verbose_name_plural",
    "sentence",
    "empty_label",
    "description",
}
SHOWN_CALLS = {"ValidationError", "success", "error", "warning", "info"}
LOGS = {"logger", "logging"}
IN_SCRIPTS = re.compile(
    r"""(?:textContent|innerText|\.title|ariaLabel|placeholder)\s*=\s*["'`][^"'`$]*[A-Za-z]{2}|"""
    r"""setAttribute\(\s*["'](?:aria-label|title|alt)["']\s*,\s*["'`][^"'`$]*[A-Za-z]{2}|\balert\(\s*["'`]"""
)


class Words(HTMLParser):
    """The words between tags, and those of attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in {"script", "style"}
        self.found += [value for name, value in attrs if value and name in READ_OUT]

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.found.append(data)


def bare_in_template(text: str) -> list[str]:
    parser = Words()
    parser.feed(TAG.sub(" ", TRANSLATED.sub(" ", text)))
    parser.close()
    words = [" ".join(one.split()) for one in parser.found]
    return [one for one in words if set(LETTERS.findall(one)) - NAMES.keys()]


def bare_in_code(text: str) -> Iterator[str]:
    """Plain strings that stand where a person reads them."""
    for node in ast.walk(ast.parse(text)):
        if (isinstance(node, ast.keyword) and node.arg in SHOWN) or (
            isinstance(node, ast.Assign) and any(getattr(one, "id", "") in SHOWN for one in node.targets)
        ):
            yield from plain(node.value)
        elif isinstance(node, ast.Call) and shows(node.func):
            for argument in node.args:
                yield from plain(argument)


def shows(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        owner = getattr(function.value, "id", "")
        return function.attr in SHOWN_CALLS and owner not in LOGS
    return getattr(function, "id", "") in SHOWN_CALLS


def plain(value: ast.expr) -> Iterator[str]:
    parts = value.values if isinstance(value, ast.JoinedStr) else [value]
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and LETTERS.search(part.value):
            yield part.value


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_shows_no_word_that_cannot_be_translated(path: Path) -> None:
    assert bare_in_template(path.read_text()) == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_code_shows_no_word_that_cannot_be_translated(path: Path) -> None:
    assert list(bare_in_code(path.read_text())) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_script_shows_no_word_of_its_own(path: Path) -> None:
    assert IN_SCRIPTS.findall(path.read_text()) == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Hello</p>",
        "{% if a %}Hello{% endif %}",
        '<a title="Hello">{{ name }}</a>',
        '{% translate "Hello" %} there',
    ],
)
def test_a_bare_word_of_a_template_would_be_found(template: str) -> None:
    assert bare_in_template(template) != []


def test_what_is_translated_or_drawn_is_no_bare_word() -> None:
    assert (
        bare_in_template('{% blocktranslate %}Hello <b>you</b>{% endblocktranslate %} · <a href="hello">')
        == []
    )


def test_a_bare_word_of_code_would_be_found() -> None:
    shown = 'Form(label="Name")\nmessages.success(request, f"Saved {name}")\nsentence = "No."\n'
    wrong = shown + 'logger.error("x y")'
    assert set(bare_in_code(wrong)) == {"Name", "Saved ", "No."}
    assert list(bare_in_code('Form(label=_("Name"))\nraise ValidationError(_("No."))')) == []


def test_a_bare_word_of_a_script_would_be_found() -> None:
    assert IN_SCRIPTS.search('element.textContent = "Saved";')
    assert not IN_SCRIPTS.search('element.textContent = say("saved"); element.textContent = "";')
