"""The figures as tables, for a terminal and for docs/engagement.md alike."""

from collections.abc import Mapping, Sequence
from typing import Any

AREAS = {
    "disengaged": "disengaged against the rest",
    "engaged": "engaged against the rest",
}


def tables(found: Mapping[str, Any]) -> str:
    """Markdown, from what `--json` writes."""
    parts = []
    if "auc_disengaged" in found:
        parts += [_areas(found), _levels(found["levels"])]
    if "sequences" in found:
        parts.append(_sequences(found["sequences"]))
    if seen := _faces(found):
        parts.append(seen)
    return "\n\n".join(parts)


def _areas(found: Mapping[str, Any]) -> str:
    rows = [
        (
            words,
            figure(found[f"auc_{name}"]),
            figure(found["november"][f"auc_{name}"]),
            figure(found[f"gain_{name}"], signed=True),
            "{:.3f} ({} students)".format(*found[f"within_{name}"]),
        )
        for name, words in AREAS.items()
    ]
    head = f"{found['pictures']} pictures of {found['students']} students"
    return _table((head, "this rule", "rule of November 2026", "difference", "mean within a student"), rows)


def _levels(levels: Mapping[str, Mapping[str, int]]) -> str:
    names = list(next(iter(levels.values())))
    rows = []
    for label, counts in levels.items():
        whole = sum(counts.values())
        rows.append((f"{label} ({whole})", *(f"{counts[one] / max(whole, 1):.2f}" for one in names)))
    return _table(("label, and share of its pictures", *names), rows)


def _sequences(sequences: Mapping[str, Mapping[str, float]]) -> str:
    names = [name for name in next(iter(sequences.values())) if name != "takes"]
    rows = [
        (behaviour, str(one["takes"]), *(f"{one[name]:.2f}" for name in names))
        for behaviour, one in sequences.items()
    ]
    return _table(("behaviour, share of seconds", "takes", *names), rows)


def _faces(found: Mapping[str, Any]) -> str:
    kinds = {"labelled pictures": found["faces"]} if "faces" in found else {}
    kinds |= {
        f"recordings, light {light or 'not told'}": one for light, one in found.get("light", {}).items()
    }
    rows = [
        (
            name,
            str(one["pictures"]),
            f"{one['share']:.2f}",
            f"{one['lowest']:.2f}",
            f"{one['few']} of {one['people']}",
        )
        for name, one in kinds.items()
    ]
    head = ("a face was found", "pictures", "share", "of one person at least", "people below .9")
    return _table(head, rows) if rows else ""


def figure(found: Sequence[float], *, signed: bool = False) -> str:
    value, low, high = (f"{each:+.3f}" if signed else f"{each:.3f}" for each in found)
    return f"{value} ({low} to {high})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
