"""The file of rules, checked: a school is under every rule of it or the product does not start."""

import tomllib
from collections.abc import Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, TypeVar

from classroom.law.values import GUARDIAN, VERIFIED, Age, Cell, Notice, Rule, Rules, Source, Verdict
from classroom.terms import Reader
from emotion.values import Signal

RULE = {"where", "ages", "signals", "readers", "verdict", "why", "notices", "sources"}
SOURCE = {"article": str, "since": date, "checked": date, "link": str}
VERSION_LENGTH = 20
T = TypeVar("T")


class BadRules(Exception):
    """Base of what can be wrong with a file of rules; the text says where."""


class NotToml(BadRules):
    """The file is no TOML."""


class WrongKeys(BadRules):
    """Something is missing, unknown, empty or of another kind."""


class UnknownName(BadRules):
    """A rule names a place, an age, a signal, a reader, a verdict, a notice or a source that is not there."""


class DoubleRule(BadRules):
    """Two rules answer for the same."""


class MissingRule(BadRules):
    """Nothing is said about something that a school may ask for."""


class WithoutSource(BadRules):
    """A rule does not say where it comes from."""


def read_rules(path: Path) -> Rules:
    """Raises BadRules, by the name of what is wrong."""
    try:
        return rules_of(tomllib.loads(path.read_text()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotToml(str(error)) from error


def rules_of(file: Mapping[str, Any]) -> Rules:
    _check_keys(file, {"version", "jurisdictions", "notices", "sources", "rules"}, "the file")
    version = _text(file["version"], "version")
    if len(version) > VERSION_LENGTH:
        raise WrongKeys(f"version: no longer than {VERSION_LENGTH}")
    jurisdictions = _texts(file["jurisdictions"], "jurisdictions")
    notices = {name: Notice(name, text) for name, text in _texts(file["notices"], "notices").items()}
    _check_named(notices)
    sources = {name: _source(name, row) for name, row in _table(file["sources"], "sources").items()}
    cells: dict[Cell, Rule] = {}
    for number, row in enumerate(_list(file["rules"], "rules"), start=1):
        about = f"rule {number}"
        _check_keys(_table(row, about), RULE, about)
        rule = _rule(row, about, notices, sources)
        for cell in _cells(row, about, jurisdictions):
            if cell in cells:
                raise DoubleRule(f"{about}: {_said(cell)}")
            cells[cell] = rule
    for one in product(jurisdictions, Age, Signal, Reader):
        if Cell(*one) not in cells:
            raise MissingRule(_said(Cell(*one)))
    return Rules(version=version, jurisdictions=jurisdictions, cells=cells)


def _check_named(notices: Mapping[str, Notice]) -> None:
    """Those that the product itself acts on."""
    for name in (GUARDIAN, VERIFIED):
        _known(notices, name, "notices")


def _rule(
    row: Mapping[str, Any], about: str, notices: Mapping[str, Notice], sources: Mapping[str, Source]
) -> Rule:
    named = _list(row["sources"], about)
    if not named:
        raise WithoutSource(about)
    verdicts = {verdict.name.lower(): verdict for verdict in Verdict}
    return Rule(
        verdict=_known(verdicts, row["verdict"], about),
        why=_text(row["why"], about),
        notices=tuple(_known(notices, one, about) for one in _list(row["notices"], about)),
        sources=tuple(_known(sources, one, about) for one in named),
    )


def _cells(row: Mapping[str, Any], about: str, jurisdictions: Mapping[str, str]) -> list[Cell]:
    axes = (
        [one for one in _list(row["where"], about) if _known(jurisdictions, one, about)],
        [_known({one.value: one for one in Age}, age, about) for age in _list(row["ages"], about)],
        [_known({one.value: one for one in Signal}, one, about) for one in _list(row["signals"], about)],
        [_known({one.value: one for one in Reader}, one, about) for one in _list(row["readers"], about)],
    )
    if not all(axes):
        raise WrongKeys(f"{about}: it answers for nothing")
    return [Cell(*one) for one in product(*axes)]


def _source(name: str, row: Any) -> Source:
    about = f"source {name}"
    _check_keys(_table(row, about), set(SOURCE), about)
    for key, kind in SOURCE.items():
        if type(row[key]) is not kind or not row[key]:
            raise WrongKeys(f"{about}: {key}")
    return Source(**row)


def _check_keys(found: Mapping[str, Any], asked: set[str], about: str) -> None:
    if found.keys() != asked:
        raise WrongKeys(f"{about}: {', '.join(sorted(found.keys() ^ asked))}")


def _known(names: Mapping[str, T], name: Any, about: str) -> T:
    if not isinstance(name, str) or name not in names:
        raise UnknownName(f"{about}: {name!r}")
    return names[name]


def _table(found: Any, about: str) -> Mapping[str, Any]:
    if not isinstance(found, dict) or not found:
        raise WrongKeys(f"{about}: a table that says something")
    return found


def _texts(found: Any, about: str) -> Mapping[str, str]:
    return {name: _text(text, f"{about}: {name}") for name, text in _table(found, about).items()}


def _text(found: Any, about: str) -> str:
    if not isinstance(found, str) or not found.strip():
        raise WrongKeys(f"{about}: a text")
    return found


def _list(found: Any, about: str) -> list[Any]:
    if not isinstance(found, list):
        raise WrongKeys(f"{about}: a list")
    return found


def _said(cell: Cell) -> str:
    return f"{cell.where}, {cell.age}, {cell.signal}, {cell.reader}"
