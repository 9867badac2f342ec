"""The tables of docs/benchmarks.md, as a run prints them and as they are written into the page."""

from collections.abc import Callable
from pathlib import Path

from benchmarks import page_growth
from benchmarks.cells import PROCESSES, costs, draw_table, number, over, percent, refused, share, spread
from benchmarks.figures import Figures
from benchmarks.kept import KEYS, flat

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
END = "<!-- end -->"
BUSY_FROM = 0.1


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
    at_work = [each.processor for each in figures.classes] + [each.processor for each in figures.crowds]
    others = max((each.others for each in at_work), default=0.0)
    if others < BUSY_FROM:
        return f"{length} on {place}."
    return (
        f"{length} on {place}. **The machine was busy**: other programs took up to {percent(others)}"
        " of a core, so times and shares are worse than they would be alone."
    )


def keys(figures: Figures) -> str:
    """Of a run that measured all parts: so the page never shows some of one run beside some of another."""
    parts = (figures.stages, figures.floods, figures.classes, figures.ingest, figures.crowds, figures.rows)
    if not all(parts):
        return ""
    values = flat(figures)
    rows = [[f"`{key.name}`", key.says, number(values[key.name], key.digits, missing="-")] for key in KEYS]
    return draw_table(["key", "what it is", "here"], rows)


def stages(figures: Figures) -> str:
    it = figures.stages
    if it is None:
        return ""
    rows = [
        [each.name, f"{each.found:.2f}", f"{each.followed:.2f}", number(each.floor, 2, missing="")]
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
            [str(each.students), spread(each.own_page), spread(each.tile), spread(each.grid)]
            for each in figures.classes
        ],
    )


def shares(figures: Figures) -> str:
    head = ["students", "sent a second", "stored a second", "share analysed (least to most by student)"]
    head += ["age of the newest reading, s: 50, 95, 99 %, longest", "99 % in medians"]
    return draw_table(
        head,
        [
            [
                str(each.students),
                f"{each.sending.per_s:.1f}",
                f"{each.stored_per_s:.1f}",
                share(each.share),
                ", ".join(
                    number(one, 2) for one in (each.age.p50, each.age.p95, each.age.p99, each.age.longest)
                ),
                over(each.age.p99, each.age.p50),
            ]
            for each in figures.classes
        ],
    )


def processor(figures: Figures) -> str:
    head = ["students", *PROCESSES, "all", "client, of a core", "client late, 99 %, ms", "others, of a core"]
    return draw_table(
        head, [[str(each.students), *costs(each.processor, each.sending)] for each in figures.classes]
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
                number(each.processor.ms["worker"], 1),
                number(each.processor.system_ms, 1),
                percent(each.processor.client),
                percent(each.processor.others),
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
    row += [number(web, 2), number(redis, 2)]
    row += [number(1000 / web if web else None, 0), refused(it.sending)]
    row += [percent(it.processor.client), percent(it.processor.others)]
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
                spread(each.own_page),
                *(number(each.processor.ms[name], 2) for name in PROCESSES),
                number(each.processor.system_ms, 2),
                refused(each.sending),
                percent(each.processor.client),
                percent(each.processor.others),
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
    **page_growth.TABLES,
}
