"""HTML pages of the training tool: charts with their figures in a table below, light and dark, no network."""

import html
import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from emotion.training.page.tables import Table

PLOTLY = "plotly.min.js"
TEMPLATE = Path(__file__).with_name("page.html")


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure for Plotly, what it shows in words, and its figures in a table.

    Traces and shapes name a tone, `{"meta": {"tone": 1}}` or `"name": "tone-1"`, instead of a colour: the
    page gives it one that can be told from its ground, by day and by night. Tone 0 is the muted one.
    """

    title: str
    words: str
    figure: dict[str, Any]
    table: Table


def write_page(
    out: Path, title: str, lead: str, parts: Sequence[Chart | Table], notes: Sequence[str]
) -> Path:
    """Write the page `out`, with the library that draws its charts beside it."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with as_file(files("plotly") / "package_data" / PLOTLY) as library:
        shutil.copyfile(library, out.parent / PLOTLY)
    body = "\n".join(_chart(part) if isinstance(part, Chart) else _table(part) for part in parts)
    said = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    filled = {"title": html.escape(title), "lead": html.escape(lead), "notes": said, "body": body}
    template = TEMPLATE.read_text(encoding="utf-8")
    page = re.sub(r"{{(\w+)}}", lambda blank: filled[blank[1]], template)
    out.write_text(page, encoding="utf-8")
    return out


def layout(x: str, y: str, *, height: int = 380, legend: bool = True, **more: Any) -> dict[str, Any]:
    """The layout of a chart whose axes say what they measure."""
    return {
        "height": height,
        "margin": {"t": 24, "r": 24, "b": 96 if legend else 56, "l": 68},
        "showlegend": legend,
        "xaxis": {"title": {"text": x, "standoff": 8}, "zeroline": False, "automargin": True},
        "yaxis": {"title": {"text": y, "standoff": 8}, "zeroline": False, "automargin": True},
        "legend": {"orientation": "h", "x": 0, "y": -0.24, "yanchor": "top"},
        "hovermode": "closest",
        **more,
    }


def line(name: str, x: Sequence[float], y: Sequence[float | None], tone: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(x),
        "y": list(y),
        "meta": {"tone": tone},
        **more,
    }


def _chart(chart: Chart) -> str:
    # Within a script a tag could end it early.
    figure = json.dumps(chart.figure).replace("<", "\\u003c")
    title, words = html.escape(chart.title), html.escape(chart.words)
    return (
        f"<section><h2>{title}</h2><p>{words}</p>"
        f'<div class="chart" role="img" aria-label="{title}. {words}"></div>'
        f'<script type="application/json">{figure}</script>'
        f"<details><summary>The same in figures</summary>{_rows(chart.table)}</details></section>"
    )


def _table(table: Table) -> str:
    return f"<section><h2>{html.escape(table.title)}</h2>{_rows(table)}</section>"


def _rows(table: Table) -> str:
    head = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in table.head)
    rows = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>'
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, *cells in table.rows
    )
    caption = f"<caption>{html.escape(table.title)}</caption>"
    return (
        f'<div class="wide"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )
