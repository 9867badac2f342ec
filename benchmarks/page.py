"""The tables of docs/benchmarks.md, as a run prints them and as they are written into the page."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.arithmetic import Shares, Spread
from benchmarks.figures import KEYS, Figures, Processor, Sending, flat

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
END, TOO_FEW = "<!-- end -->", "too few"
BUSY_FROM = 0.1
PROCESSES = ("web", "worker", "postgres", "redis", "reports", "beat")
Rows = Sequence[Sequence[str]]


def write(figures: Figures, page: Path = PAGE) -> None:
    """Into the places of those tables that were measured; the others stay."""
    text = page.read_text()
    for name, table in tables(figures).items():
        if table:
            before, begin, rest = text.partition(f"<!-- bench: {name} -->\n")
            _, end, after = rest.partition(END)
            assert end, f"{page} has no place for {name}"
            text = f"{before}{begin}\n{table}\n\n{end}{after}"
    page.write_text(text)


def tables(figures: Figures) -> dict[str, str]:
    """Markdown by name; empty where nothing was measured."""
    return {name: draw(figures) for name, draw in TABLES.items()}


def machine(figures: Figures) -> str:
    it = figures.machine
    length = "A short run (`--quick`)" if figures.is_quick else "A whole run"
    place = f"{it.cores} cores of {it.processor}, Python {it.python}, load before it {it.load_before:.1f}"
    others = max((each.processor.others for each in figures.classes), default=0.0)
    if others < BUSY_FROM:
        return f"{length} on {place}."
    return (
        f"{length} on {place}. **The machine was busy**: other programs took up to {_percent(others)}"
        " of a core, so times and shares are worse than they would be alone."
    )


def keys(figures: Figures) -> str:
    """Of a run that measured all parts: so the page never shows some of one run beside some of another."""
    if not all((figures.stages, figures.floods, figures.classes, figures.ingest)):
        return ""
    values = flat(figures)
    rows = [[f"`{key.name}`", key.says, _number(values[key.name], key.digits, missing="-")] for key in KEYS]
    return draw_table(["key", "what it is", "here"], rows)


def stages(figures: Figures) -> str:
    it = figures.stages
    if it is None:
        return ""
    rows = [
        [each.name, f"{each.found:.2f}", f"{each.followed:.2f}", _number(each.floor, 2, missing="")]
        for each in it.stages
    ]
    rows += [
        ["together", f"{it.found:.2f}", f"{it.followed:.2f}", f"{it.floor:.2f}"],
        ["in floors", f"{it.found / it.floor:.2f}", f"{it.followed / it.floor:.2f}", "1"],
        ["snapshots a second of a core", f"{1000 / it.found:.0f}", f"{1000 / it.followed:.0f}", ""],
    ]
    head = ["ms of processor a snapshot", "face looked for", "face read where it was", "floor"]
    beside = (
        f"Presence alone takes {it.presence:.1f} ms, an empty room {it.empty:.1f}, and {it.still_empty:.1f}"
        f" while it is known to be empty; the bare finder with its answers read {it.bare_finder:.1f}."
    )
    return f"{draw_table(head, rows)}\n\n{beside}"


def latency(figures: Figures) -> str:
    head = ["students", "snapshot to the own page", "change to the shown tile", "grid step to the teacher"]
    return draw_table(
        head,
        [
            [str(each.students), _spread(each.own_page), _spread(each.tile), _spread(each.grid)]
            for each in figures.classes
        ],
    )


def shares(figures: Figures) -> str:
    head = ["students", "sent a second", "stored a second", "share analysed (least to most by student)"]
    head += ["age of the newest reading, s: 50, 95, 99 %, longest", "99 % in medians"]
    over = {each.students: _over(each.age.p99, each.age.p50) for each in figures.classes}
    return draw_table(
        head,
        [
            [
                str(each.students),
                f"{each.sending.per_s:.1f}",
                f"{each.stored_per_s:.1f}",
                _share(each.share),
                ", ".join(
                    _number(one, 2) for one in (each.age.p50, each.age.p95, each.age.p99, each.age.longest)
                ),
                over[each.students],
            ]
            for each in figures.classes
        ],
    )


def processor(figures: Figures) -> str:
    head = ["students", *PROCESSES, "all", "client, of a core", "client late, 99 %, ms", "others, of a core"]
    return draw_table(
        head, [[str(each.students), *_costs(each.processor, each.sending)] for each in figures.classes]
    )


def workers(figures: Figures) -> str:
    head = ["worker processes", "sent a second", "stored a second", "worker, ms a reading"]
    head += ["all, ms a reading", "client, of a core", "others, of a core"]
    return draw_table(
        head,
        [
            [
                str(each.workers),
                f"{each.sending.per_s:.0f}",
                f"{each.stored_per_s:.1f}",
                _number(each.processor.ms["worker"], 1),
                _number(each.processor.system_ms, 1),
                _percent(each.processor.client),
                _percent(each.processor.others),
            ]
            for each in figures.floods
        ],
    )


def ingest(figures: Figures) -> str:
    it = figures.ingest
    if it is None:
        return ""
    web, redis = it.processor.ms["web"], it.processor.ms["redis"]
    row = [str(it.students), f"{it.sending.per_s:.0f}", f"{it.taken_per_s:.0f}"]
    row += [_number(web, 2), _number(redis, 2)]
    row += [_number(1000 / web if web else None, 0), _refused(it.sending)]
    row += [_percent(it.processor.client), _percent(it.processor.others)]
    head = ["students", "sent a second", "taken in", "web, ms a snapshot", "redis, ms a snapshot"]
    head += ["a second of a core of web", "refused", "client, of a core", "others, of a core"]
    return draw_table(head, [row])


def measured(figures: Figures) -> str:
    head = ["students", "readings a message", "messages a second", "stored a second"]
    head += ["message to the own page, ms: 50, 95, 99 %", *PROCESSES, "all, ms a reading", "refused"]
    head += ["client, of a core", "others, of a core"]
    return draw_table(
        head,
        [
            [
                str(each.students),
                str(each.readings_a_message),
                f"{each.sending.per_s:.0f}",
                f"{each.stored_per_s:.0f}",
                _spread(each.own_page),
                *(_number(each.processor.ms[name], 2) for name in PROCESSES),
                _number(each.processor.system_ms, 2),
                _refused(each.sending),
                _percent(each.processor.client),
                _percent(each.processor.others),
            ]
            for each in figures.measured
        ],
    )


def faces(figures: Figures) -> str:
    if not figures.faces:
        return ""
    kinds = list(figures.faces[0].read)
    rows = [[f"{each.height:.0%}", *(f"{each.read[kind]:.0%}" for kind in kinds)] for each in figures.faces]
    return draw_table(["height of the face", *kinds], rows)


def steps(figures: Figures) -> str:
    head = ["students", "a step: statements", "ms of processor", "a view between: statements", "ms"]
    return draw_table(
        head,
        [
            [
                str(each.students),
                f"{each.step_statements:.0f}",
                f"{each.step_ms:.1f}",
                f"{each.view_statements:.0f}",
                f"{each.view_ms:.1f}",
            ]
            for each in figures.steps
        ],
    )


def memory(figures: Figures) -> str:
    return draw_table(
        ["memory, MiB", "processes", "resident", "proportional"],
        [
            [each.name, str(each.processes), f"{each.resident:.0f}", f"{each.proportional:.0f}"]
            for each in figures.memory
        ],
    )


TABLES: dict[str, Callable[[Figures], str]] = {
    "machine": machine,
    "keys": keys,
    "faces": faces,
    "stages": stages,
    "steps": steps,
    "workers": workers,
    "latency": latency,
    "shares": shares,
    "processor": processor,
    "memory": memory,
    "ingest": ingest,
    "measured": measured,
}


def draw_table(head: Sequence[str], rows: Rows) -> str:
    """Its columns as wide as what stands in them; nothing where there are no rows."""
    if not rows:
        return ""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(f"| {' | '.join(_padded(line, widths))} |" for line in lines)


def _padded(line: Iterable[str], widths: Iterable[int]) -> Iterable[str]:
    return (cell.ljust(width) for cell, width in zip(line, widths, strict=True))


def _spread(spread: Spread) -> str:
    found = (spread.p50, spread.p95, spread.p99)
    told = ", ".join(_number(1000 * each if each is not None else None, 0) for each in found)
    return f"{told} ({spread.count} of {spread.expected})"


def _share(share: Shares) -> str:
    if share.together is None or share.least is None or share.most is None:
        return TOO_FEW
    return f"{share.together:.1%} ({share.least:.0%} to {share.most:.0%})"


def _costs(it: Processor, sending: Sending) -> list[str]:
    costs = [_number(it.ms[name], 1) for name in PROCESSES]
    client = [_percent(it.client), _number(sending.late_p99_ms, 0), _percent(it.others)]
    return [*costs, _number(it.system_ms, 1), *client]


def _refused(sending: Sending) -> str:
    told = [f"{count} {code}" for code, count in sorted(sending.refused.items())]
    if sending.reconnects:
        told.append(f"{sending.reconnects} sockets lost")
    return ", ".join(told) or "none"


def _over(above: float | None, below: float | None) -> str:
    return f"{above / below:.1f}" if above is not None and below else TOO_FEW


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _number(value: float | None, digits: int, *, missing: str = TOO_FEW) -> str:
    return missing if value is None else f"{value:.{digits}f}"
