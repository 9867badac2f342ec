"""The study as table and plot in docs/flags.md, beside what an earlier rule came to in the same lessons."""

import json
from dataclasses import asdict
from html import escape
from pathlib import Path

import msgspec

from benchmarks.flag_study.scenarios import SCENARIOS
from benchmarks.flag_study.study import Count, Outcome

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- flag-study:begin -->", "<!-- flag-study:end -->"
ALLOWED = 2
"""Of a hundred students a lesson, the most that may get a flag which nobody should have had."""
HEAD = "| lesson | in it | sad by mistake | not engaged by mistake | missed | below engaged | unknown |"

WIDTH, LEFT, ROW, TOP = 720, 190, 26, 46
PERCENT_SHOWN = 10
SCALE = (WIDTH - LEFT - 20) / PERCENT_SHOWN
SAD, DISENGAGED, LIMIT, RULE = "#1f5fa8", "#b4540a", "#b00020", "#dddddd"


def kept(place: Path) -> list[Outcome]:
    return msgspec.convert(json.loads(place.read_text()), list[Outcome])


def keep(outcomes: list[Outcome], place: Path) -> None:
    place.write_text(json.dumps([asdict(one) for one in outcomes], indent=1) + "\n")


def write(outcomes: list[Outcome], earlier: list[Outcome]) -> None:
    (DOCS / "img" / "flag-study.svg").write_text(plot(outcomes))
    page = DOCS / "flags.md"
    before, rest = page.read_text().split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{table(outcomes, earlier)}\n{END}{after}")


def table(outcomes: list[Outcome], earlier: list[Outcome]) -> str:
    before = {one.name: one for one in earlier}
    rows = [
        _row(one, before[one.name], scenario.says) for scenario, one in zip(SCENARIOS, outcomes, strict=True)
    ]
    return "\n".join([HEAD, "|---" * HEAD.count(" | ") + "|---|", *rows, "", worst(outcomes)])


def worst(outcomes: list[Outcome]) -> str:
    """Where each kind of mistake was made most."""
    sad = max(outcomes, key=lambda one: one.false_sad.bounds[1])
    disengaged = max(outcomes, key=lambda one: one.false_disengaged.bounds[1])
    shares = ((one.missed.share, one.name) for one in outcomes if one.missed)
    missed, where = max(shares, default=(0.0, "nowhere"))
    return (
        f"Worst: *sad* by mistake {interval(sad.false_sad)}, {sad.name}; *not engaged* by mistake"
        f" {interval(disengaged.false_disengaged)}, {disengaged.name}; missed {missed:.0%}, {where}."
    )


def plot(outcomes: list[Outcome]) -> str:
    """An SVG: for each lesson the shares of students with a flag by mistake, with their intervals."""
    height = TOP + ROW * len(outcomes) + 30
    box = f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12" role="img"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>',
        "<title>Students with a flag by mistake, by simulated lesson</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        _dot(LEFT, 16, SAD) + _text(LEFT + 10, 20, "sad"),
        _dot(LEFT + 60, 16, DISENGAGED) + _text(LEFT + 70, 20, "not engaged (lines: 95 % intervals)"),
    ]
    for percent in range(0, PERCENT_SHOWN + 1, 2):
        x = LEFT + SCALE * percent
        colour = LIMIT if percent == ALLOWED else RULE
        parts.append(f'<path d="M{x:.0f} {TOP - 12}V{height - 26}" stroke="{colour}"/>')
        parts.append(_text(x, height - 8, f"{percent} %", "middle"))
    for row, one in enumerate(outcomes):
        y = TOP + ROW * row
        parts.append(_text(LEFT - 12, y + 4, one.name, "end"))
        parts += [_mark(one.false_sad, y - 4, SAD), _mark(one.false_disengaged, y + 4, DISENGAGED)]
    return "\n".join([*parts, "</svg>", ""])


def interval(count: Count) -> str:
    low, high = count.bounds
    return f"{count.share:.1%} ({100 * low:.1f}-{100 * high:.1f})"


def _row(now: Outcome, was: Outcome, says: str) -> str:
    cells = (
        now.name,
        says,
        _compared(now.false_sad, was.false_sad),
        _compared(now.false_disengaged, was.false_disengaged),
        _compared(now.missed, was.missed),
        f"{now.not_engaged:.0%}, was {was.not_engaged:.0%}",
        f"{now.unknown:.0%}",
    )
    return f"| {' | '.join(cells)} |"


def _compared(now: Count | None, was: Count | None) -> str:
    return f"{interval(now)}, was {was.share:.1%}" if now and was else ""


def _mark(count: Count, y: int, colour: str) -> str:
    shown = (100 * share for share in (count.bounds[0], count.share, count.bounds[1]))
    low, at, high = (LEFT + SCALE * min(percent, PERCENT_SHOWN) for percent in shown)
    line = f'<path d="M{low:.1f} {y}H{high:.1f}" stroke="{colour}" stroke-width="2"/>'
    return line + _dot(at, y, colour)


def _dot(x: float, y: int, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y}" r="4" fill="{colour}"/>'


def _text(x: float, y: int, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'
