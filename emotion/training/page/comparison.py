"""Every network in one table, what its paper claims beside what was measured."""

from collections.abc import Sequence
from pathlib import Path

from emotion.training.networks.claims import CLAIMS, Score
from emotion.training.page.scored import Scored
from emotion.training.run.config import RunError

BEGIN, END = "<!-- compare:begin -->", "<!-- compare:end -->"

# What the table is to hold in the end, with the number of classes: a row says so while one is missing.
ROWS = (
    *((name, 7) for name in ("flagship", "flagship_narrow", "fine_stem", "edge", "edge_narrow")),
    *((network, 7) for network in CLAIMS),
    *(("saleem_complex_cnn", 4), ("saleem_complex_cnn_2", 4)),
)

HEAD = (
    "network",
    "its paper claims",
    "classes",
    "parameters",
    "multiply-adds",
    "epochs",
    "core-minutes",
    "accuracy",
    "with flip",
    "FER+ strict",
    "FER+ strict with flip",
    "ms a face",
    "MB",
)
WORDS = 2  # columns from the left that hold words
NONE = "-"


def comparison(found: Sequence[Scored]) -> str:
    """Markdown: a table for each split, the best first among those with as many classes."""
    splits = list(dict.fromkeys(one.split for one in found))
    return "\n\n".join(_split_table(split, found) for split in splits) or _table(_missing(found))


def insert(document: str, table: str) -> str:
    """`document` with `table` between the two markers; raises RunError where they are not there once."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest:
        raise RunError(f"the table goes between one line {BEGIN} and one line {END}: add them")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def _split_table(split: str, found: Sequence[Scored]) -> str:
    here = [one for one in found if one.split == split]
    missing = _missing(found)
    rows: list[tuple[str, ...]] = []
    for count in sorted({len(one.classes) for one in here} | {count for _, count in missing}, reverse=True):
        same = [one for one in here if len(one.classes) == count]
        rows += [_row(one) for one in sorted(same, key=lambda one: -one.accuracy)]
        rows += [_empty_row(name, classes) for name, classes in missing if classes == count]
    return "\n\n".join([f"Scored on {split}:", _drawn(rows), *_warnings(here)])


def _missing(found: Sequence[Scored]) -> list[tuple[str, int]]:
    trained = {(one.network, len(one.classes)) for one in found}
    return [row for row in ROWS if row not in trained]


def _table(missing: Sequence[tuple[str, int]]) -> str:
    return _drawn([_empty_row(name, classes) for name, classes in missing])


def _row(one: Scored) -> tuple[str, ...]:
    return (
        _name(one),
        _claimed(one.network, len(one.classes)),
        str(len(one.classes)),
        _millions(one.parameters),
        _millions(one.multiply_adds),
        NONE if one.epochs is None else f"{one.epochs:.1f}",
        NONE if one.core_minutes is None else f"{one.core_minutes:.0f}",
        f"{_percent(one.accuracy)} ({_percent(one.accuracy_low)}-{_percent(one.accuracy_high)})",
        _percent(one.accuracy_tta),
        _percent(one.ferplus_strict),
        _percent(one.ferplus_strict_tta),
        NONE if one.ms_a_face is None else f"{one.ms_a_face:.2f}",
        f"{one.size_bytes / 1e6:.2f}",
    )


def _empty_row(network: str, classes: int) -> tuple[str, ...]:
    told = (network, _claimed(network, classes), str(classes))
    return *told, "not trained yet", *[""] * (len(HEAD) - len(told) - 1)


def _name(one: Scored) -> str:
    name = f"{one.network} ({one.model})" if one.model.endswith(".tflite") else one.network
    claim = CLAIMS.get(one.network)
    if claim is None or not claim.pretrained or not one.weights:
        return name
    return f"{name}, from {one.weights if one.weights == 'scratch' else Path(one.weights).name}"


def _claimed(network: str, classes: int) -> str:
    claim = CLAIMS.get(network)
    if claim is None:
        return NONE
    told = ", ".join(_score(score) for score in claim.scores)
    return told if claim.classes == classes else f"{told}; {claim.classes} classes"


def _score(score: Score) -> str:
    above = "" if score.up_to is None else f"-{_percent(score.up_to)}"
    return f"{score.split} {_percent(score.accuracy)}{above}"


def _warnings(here: Sequence[Scored]) -> list[str]:
    """Rows with the same classes that learned from, or were judged by, other faces cannot be compared."""
    data: dict[tuple[str, ...], set[tuple[str | None, int]]] = {}
    for one in here:
        data.setdefault(one.classes, set()).add((one.fingerprint, one.faces))
    return [
        f"**Not comparable:** the {len(classes)}-class rows come from {len(kinds)} different sets of faces."
        for classes, kinds in data.items()
        if len(kinds) > 1
    ]


def _drawn(rows: Sequence[tuple[str, ...]]) -> str:
    lines = [HEAD, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    ruler = ["-" * width if index < WORDS else "-" * (width - 1) + ":" for index, width in enumerate(widths)]
    return "\n".join(_line(line, widths) for line in [HEAD, ruler, *rows])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    placed = [
        cell.ljust(width) if index < WORDS else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(placed)} |"


def _percent(share: float | None) -> str:
    return NONE if share is None else f"{100 * share:.1f}"


def _millions(count: int) -> str:
    return f"{count / 1e6:.2f} M" if count < 10e6 else f"{count / 1e6:.1f} M"
