"""NOTICE names the licence of everything that is delivered."""

import hashlib
import re
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTICE = (ROOT / "NOTICE").read_text()
LICENCES = dict(re.findall(r"^\| ([a-z0-9-]+) \| ([^|]+) \|$", NOTICE, flags=re.MULTILINE))
# Words of a package's metadata that say the same as a name of the SPDX list.
FAMILIES = {"apache": "Apache", "bsd": "BSD", "mit": "MIT", "lgpl": "LGPL", "psf": "PSF", "mpl": "MPL"}


def locked(text: str) -> list[str]:
    """The packages of a lock, whether or not their hashes stand below each."""
    return re.findall(r"^([A-Za-z0-9._-]+)==", text, flags=re.MULTILINE)


PACKAGES = [
    re.sub(r"[._]", "-", one).lower() for one in locked((ROOT / "requirements/serve.txt").read_text())
]


def families(words: str) -> set[str]:
    found = re.findall(r"apache|bsd|mit|lgpl|psf|mpl", words.lower())
    return {FAMILIES[one] for one in found}


def declared(package: str) -> str:
    """What the installed package says of its licence: an expression, else the first words and classifiers."""
    facts = metadata.metadata(package)
    if expressions := facts.get_all("License-Expression"):
        return " ".join(expressions)
    classifiers = [one for one in facts.get_all("Classifier") or [] if one.startswith("License ::")]
    return " ".join(["".join(facts.get_all("License") or [])[:60], *classifiers])


def test_a_lock_is_read_with_and_without_hashes() -> None:
    assert locked("a==1\nb-c==2 \\\n    --hash=sha256:00\n# d==3\n") == ["a", "b-c"]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_of_the_running_product_has_its_licence_in_the_notice(package: str) -> None:
    assert package in LICENCES, f"add: | {package} | {declared(package)} |"


@pytest.mark.parametrize("package", sorted(LICENCES))
def test_the_licence_is_the_one_that_the_package_declares(package: str) -> None:
    try:
        said = declared(package)
    except metadata.PackageNotFoundError:
        pytest.skip("not installed here")
    assert families(said) <= families(LICENCES[package]), said


@pytest.mark.parametrize("folder", ["models", "static"])
def test_every_kind_of_file_that_is_not_ours_is_spoken_of(folder: str) -> None:
    """Weights and whatever else is neither code nor text of this project."""
    ours = {".css", ".js", ".mjs", ".svg", ".json", ".md", ".html", ".py"}
    foreign = {path.name for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix not in ours}
    assert {name for name in foreign if Path(name).stem.split(".")[0] not in NOTICE} == set()


VENDORED = sorted(path for path in (ROOT / "static/vendor").rglob("*") if path.suffix in {".js", ".wasm"})


@pytest.mark.parametrize("path", VENDORED, ids=lambda path: path.name)
def test_a_program_of_somebody_else_is_the_one_that_was_published(path: Path) -> None:
    assert re.search(rf"sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}\b", NOTICE)
