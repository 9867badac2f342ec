"""README.md and docs/ describe every setting and every command."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
READERS = {
    "read_text",
    "read_bool",
    "read_choice",
    "read_list",
    "read_int",
    "read_float",
    "read_database",
    "read_redis",
}
PLACES = (
    "classroom/settings.py",
    "classroom/local",
    "worker",
    "emotion",
    "classroom/management",
    "manage.py",
)
# Set by the product for itself, never by a person.
INTERNAL = {"DJANGO_SETTINGS_MODULE", "CLASSPULSE_INSTALL", "PYTHONUNBUFFERED"}


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def written() -> str:
    return "\n".join(page.read_text() for page in PAGES)


def python_files() -> list[Path]:
    found: list[Path] = []
    for place in PLACES:
        path = ROOT / place
        found.extend(sorted(path.rglob("*.py")) if path.is_dir() else [path])
    return found


def settings_read_in(source: str) -> set[str]:
    """Names of environment variables: first arguments of the readers, of is_named and of os.environ."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and called(node) in READERS | {
            "is_named",
            "os.environ.get",
            "os.getenv",
        }:
            found.update(constants(node.args[:1]))
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            found.update(constants([node.slice]))
    return found - INTERNAL


def called(call: ast.Call) -> str:
    return ast.unparse(call.func)


def constants(nodes: list[ast.expr]) -> set[str]:
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


ALL_SETTINGS = sorted({"PORT"}.union(*(settings_read_in(path.read_text()) for path in python_files())))
COMMANDS = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)


def test_settings_are_found_however_they_are_read() -> None:
    source = (
        'A = read_text("ONE"); B = os.environ["TWO"]; C = os.environ.get("THREE", "x"); D = is_named("FOUR")'
    )
    assert settings_read_in(source) == {"ONE", "TWO", "THREE", "FOUR"}


def test_there_is_something_to_describe() -> None:
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "PORT"} <= set(ALL_SETTINGS)
    assert {"run", "test", "lint", "format", "train", "bench"} <= set(COMMANDS)


@pytest.mark.parametrize("name", ALL_SETTINGS)
def test_the_setting_is_described(name: str) -> None:
    assert re.search(rf"`{name}`", written()), f"describe {name} in README.md or docs/"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_is_described(command: str) -> None:
    assert re.search(rf"`?make {command}\b", written()), f"describe make {command} in README.md or docs/"


def test_no_page_names_a_file_that_is_not_there() -> None:
    links = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
    named = [(page, link) for page in PAGES for link in links.findall(page.read_text())]
    assert [(page.name, link) for page, link in named if not (page.parent / link).exists()] == []


def test_no_page_gives_a_command_that_a_shell_cannot_read() -> None:
    given = re.compile(r"`((?:make|docker|git|\.venv)\b[^`\n]*)`")
    commands = [(page.name, command) for page in PAGES for command in given.findall(page.read_text())]
    assert commands and [one for one in commands if not is_readable(one[1])] == []


def is_readable(command: str) -> bool:
    return subprocess.run(["bash", "-n", "-c", command], check=False, capture_output=True).returncode == 0
