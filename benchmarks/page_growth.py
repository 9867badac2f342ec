"""The tables of what grows: students beyond what can be read, and rows in the database."""

from collections.abc import Callable, Sequence

from benchmarks.arithmetic import Beat
from benchmarks.cells import draw_table, number, over, percent, refused, share, spread
from benchmarks.figures import Figures, Took
from benchmarks.kept import RECORDED, RECORDED_UNPARTED

GROWING = ("web", "worker", "redis")


def crowds(figures: Figures) -> str:
    head = ["students", "lessons", "sent a second", "stored a second"]
    head += ["share analysed (least to most by student)", "snapshot to the own page"]
    head += ["age of the newest reading, s: 50, 95, 99 %, longest"]
    return draw_table(
        head,
        [
            [
                str(each.students),
                str(each.lessons),
                f"{each.sending.per_s:.0f}",
                f"{each.stored_per_s:.1f}",
                share(each.share),
                spread(each.own_page),
                ", ".join(
                    number(one, 2) for one in (each.age.p50, each.age.p95, each.age.p99, each.age.longest)
                ),
            ]
            for each in figures.crowds
        ],
    )


def crowds_teachers(figures: Figures) -> str:
    head = ["students", "between two views, s: half, longest", "grid step to the teacher, s: half, longest"]
    head += ["all, ms a reading", "refused", *(f"{part}, MiB" for part in GROWING)]
    head += ["client, of a core", "client late, 99 %, ms", "others, of a core"]
    return draw_table(
        head,
        [
            [
                str(each.students),
                _beat(each.views),
                _beat(each.grid),
                number(each.processor.system_ms, 1),
                refused(each.sending),
                *(number(each.memory.get(part), 0) for part in GROWING),
                percent(each.processor.client),
                number(each.sending.late_p99_ms, 0),
                percent(each.processor.others),
            ]
            for each in figures.crowds
        ],
    )


def database(figures: Figures) -> str:
    """One column for each number of rows, and what the last is in the first."""
    acts = figures.rows[0].took if figures.rows else {}
    sizes = [f"{each.readings:,} readings" for each in figures.rows]
    return draw_table(
        ["ms: half, 95 % (statements)", *sizes, "most in fewest"],
        [[act, *_at_each_size([each.took.get(act) for each in figures.rows])] for act in acts],
    )


def filled(figures: Figures) -> str:
    head = ["readings", "sums", "bytes a reading", "bytes a sum", "filled and copied in, s"]
    head += ["recording into months, in one table"]
    return draw_table(
        head,
        [
            [
                f"{each.readings:,}",
                f"{each.sums:,}",
                f"{each.reading_bytes:.0f}",
                f"{each.sum_bytes:.0f}",
                f"{each.fill_s:.0f}",
                over(_p50(each.took.get(RECORDED)), _p50(each.took.get(RECORDED_UNPARTED))),
            ]
            for each in figures.rows
        ],
    )


def counted(figures: Figures) -> str:
    head = ["script", "with its counts, µs of Redis", "without", "counting"]
    return draw_table(
        head,
        [
            [
                f"`{each.script}`",
                f"{each.with_counts:.1f}",
                f"{each.without:.1f}",
                f"{each.with_counts - each.without:.1f}",
            ]
            for each in figures.counted
        ],
    )


TABLES: dict[str, Callable[[Figures], str]] = {
    "crowds": crowds,
    "crowds_teachers": crowds_teachers,
    "database": database,
    "filled": filled,
    "counted": counted,
}


def _at_each_size(took: Sequence[Took | None]) -> list[str]:
    cells = [_took(each) if each else "-" for each in took]
    return [*cells, over(_p50(took[-1]), _p50(took[0])) if len(took) > 1 else "-"]


def _took(it: Took) -> str:
    ms = [each for each in (it.p50, it.p95) if each is not None]
    return f"{', '.join(f'{each:.1f}' for each in ms)} ({it.statements})"


def _p50(took: Took | None) -> float | None:
    return took.p50 if took else None


def _beat(it: Beat) -> str:
    return f"{number(it.p50, 1)}, {number(it.longest, 1)}"
