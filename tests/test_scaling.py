"""docs/scaling.md says what its function says, of figures that stand in docs/benchmarks.md."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import scaling
from benchmarks.arithmetic import Spread
from benchmarks.figures import BrowserRead, Figures, Machine, Memory, Processor, Sending
from benchmarks.scaling import Assumed, Cost, Measured, a_student_hour, kept, measured_by, need, written

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "scaling.md").read_text()
COST = Cost(web=1.0, worker=10.0, postgres=2.0, redis=1.0, kilobytes=10.0)
MEASURED = Measured(COST, replace(COST, worker=1.0), 100, 200, 400, reading_bytes=300, sum_bytes=200)
ASSUMED = Assumed(readings_per_s=1.0, busy=0.5, hours_a_day=1, days_of_readings=7, days_of_sums=14, cell=100)


def test_the_pages_tables_are_those_that_the_function_makes() -> None:
    assert written(PAGE, kept(), Assumed()) == PAGE, "make it anew: python -m benchmarks.scaling"


def test_other_figures_make_another_page() -> None:
    dearer = replace(kept(), server=replace(kept().server, worker=23.0))
    assert written(PAGE, dearer, Assumed()) != PAGE


@pytest.mark.parametrize(
    ("begin", "cost", "digits"), [("| 100 ", kept().server, 1), ("| 1000 ", kept().browser, 2)]
)
def test_the_figures_are_those_of_the_benchmarks_page(begin: str, cost: Cost, digits: int) -> None:
    place = "processor" if digits == 1 else "measured"
    below = (DOCS / "benchmarks.md").read_text().partition(f"<!-- bench: {place} -->")[2]
    table = below.partition("<!-- end")[0]
    head, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith(("| students", begin))
    ]
    found = dict(zip(head, rows[0], strict=True))
    said = {part: f"{getattr(cost, part):.{digits}f}" for part in scaling.PARTS}
    assert {part: found[part] for part in scaling.PARTS} == said


def test_a_hundred_students_need_what_a_reading_costs_a_hundred_times() -> None:
    found = need(100, COST, MEASURED, ASSUMED)
    assert found.cores == pytest.approx({"web": 0.1, "worker": 1.0, "postgres": 0.2, "redis": 0.1})
    assert found.reserved == 3  # 1.4 cores, half of each left free
    assert found.rows_a_day == pytest.approx(100 * 3600 * 1.1)
    assert found.mbit_per_s == pytest.approx(8.0)
    assert found.disk_gb == pytest.approx((360_000 * 300 * 7 + 36_000 * 200 * 14) * 5 / 7 / 1e9)
    processes_mib = 100 + 2 * 200 + 400
    assert found.memory_gb == pytest.approx((processes_mib * 2**20 + 360_000 * 300 + 36_000 * 200) / 1e9)


@pytest.mark.parametrize(("students", "cells"), [(1, 1), (100, 1), (101, 2), (1000, 10)])
def test_a_cell_that_is_full_begins_another(students: int, cells: int) -> None:
    assert need(students, COST, MEASURED, ASSUMED).cells == cells


def test_machines_that_are_kept_between_lessons_cost_as_much_more_as_a_month_has_more_hours() -> None:
    given_back, always = a_student_hour(COST, MEASURED, replace(ASSUMED, gb_month=0))
    assert given_back == pytest.approx(3 * 0.04 / 100)
    assert always / given_back == pytest.approx(730 / (5 * 52 / 12))


def test_a_run_of_the_benchmark_replaces_what_it_measured_and_nothing_else() -> None:
    processor = Processor({"web": 0.5, "worker": 0.6, "postgres": 0.7, "redis": None}, 0.1, 0.0)
    sending = Sending(250.0, 2.0, {}, 0)
    memory = [
        Memory("web", 1, 120, 90.0),
        Memory("worker-snapshots, child 1", 1, 180, 110.0),
        Memory("worker-snapshots, child 2", 1, 180, 120.0),
        Memory("beat", 1, 130, 100.0),
    ]
    run = Figures(
        Machine(2, "A processor", "3.11.7", 0.1),
        is_quick=True,
        memory=memory,
        measured=[BrowserRead(1000, 4, sending, 990.0, Spread(1, 1, None, None, None), processor)],
    )
    found = measured_by(run, MEASURED)
    assert found.browser == Cost(web=0.5, worker=0.6, postgres=0.7, redis=1.0, kilobytes=10.0)
    assert (found.web_mib, found.worker_mib, found.other_mib) == (90, 115, 100)
    assert found.server == MEASURED.server


def test_each_metric_that_the_page_names_is_one_that_the_product_tells() -> None:
    named = set(re.findall(r"`classpulse_(\w+)`", PAGE))
    told = set(re.findall(r"`(\w+)`", (DOCS / "operations.md").read_text()))
    assert len(named) >= 8
    assert named <= told
