"""Students by minutes: how each minute was, and one and the same row for whoever shows no own results."""

import re

import pytest

from reports.heat_map import NOTHING, HeatRow, Run, minute_kinds, runs
from reports.heat_table import heat_table, legend
from tests.reports.files import make_written_class, rows_of, tables_for
from tests.reports.values import a_block, an_individual

AWAY = {"engaged": 0, "away": 30}
DRIFTING = {"engaged": 0, "drifting": 20, "away": 0}
NO_FACE = {"faces": 0, "engaged": 0}
NO_LEVEL = {"engaged": 0}


def a_student(*blocks):
    """Half minutes one after the other, each by what is unlike an engaged one; None: nothing measured."""
    made = [a_block(30 * at, **fields) for at, fields in enumerate(blocks) if fields is not None]
    return an_individual(1, made, taught_s=2700)


@pytest.mark.parametrize(
    ("halves", "kind"),
    [
        (({}, {}), "engaged"),
        ((AWAY, AWAY), "away"),
        ((AWAY, DRIFTING), "away"),
        (({}, None), "engaged"),
        ((NO_LEVEL, NO_LEVEL), "seen"),
        ((NO_FACE, NO_FACE), "no-face"),
        ((None, None), NOTHING),
    ],
)
def test_a_minute_is_as_most_of_its_readings_were(halves, kind):
    assert minute_kinds(a_student(*halves), 60) == [kind]


def test_minutes_that_are_alike_are_one_run_and_the_runs_fill_the_lesson():
    one = a_student(*[{}] * 4, *[AWAY] * 2, None, None, *[{}] * 2)
    found = runs(one, 359)
    assert found == (
        Run(0, 2, "engaged"),
        Run(2, 1, "away"),
        Run(3, 1, NOTHING),
        Run(4, 1, "engaged"),
        Run(5, 1, NOTHING),
    )
    assert sum(run.minutes for run in found) == 6


def test_each_kind_has_a_letter_of_its_own_so_that_colour_is_not_needed():
    letters = [letter for _kind, letter, _word in legend()]
    assert len(set(letters)) == len(letters) == 6


def test_a_large_class_stays_light():
    """Three hundred students through ninety minutes, each changing every other minute: 21 bytes a cell."""
    change = tuple(Run(at, 2, ("engaged", "away", NOTHING)[at // 2 % 3]) for at in range(0, 90, 2))
    table = heat_table([HeatRow(f"Student {n}", change) for n in range(300)], 90)
    assert sum(heading.minutes for heading in table.headings) == 90
    assert sum(len(row.cells) for row in table.rows) <= 21 * 300 * 45


# --- on the page and in the files ---

CELL = r'<td(?: class=(?:[dafnu]|"heat-untold"))?(?: colspan=[\d"]+)?>'
ROW = re.compile(rf'<th scope="row">([^<]+)</th>({CELL}.*?)</tr>')


@pytest.fixture
def page(client, db):
    written = make_written_class()
    client.force_login(written.lesson.classroom.teacher)
    return lambda rest="": client.get(f"/lessons/{written.lesson.id}/report/{rest}").content.decode()


def test_whoever_shows_no_own_results_has_one_and_the_same_row(page):
    rows = dict(ROW.findall(page("?individuals=1")))
    untold = {cells for cells in rows.values() if "no individual data" in cells}
    names = {name for name, cells in rows.items() if "no individual data" in cells}
    assert names == {"Goran", "Hana"}
    assert untold == {'<td class="heat-untold" colspan="45">no individual data</td>'}
    assert all("heat-untold" not in cells for name, cells in rows.items() if name not in names)


def test_the_heat_map_stands_only_where_individual_results_were_asked_for(page):
    assert 'id="heat-map"' not in page()
    assert 'id="heat-map"' in page("?individuals=1")


@pytest.mark.django_db
def test_the_tables_hold_a_column_for_each_minute_of_those_who_share():
    taught = make_written_class()
    rows = rows_of(tables_for(taught.lesson), "levels")
    assert {"Goran", "Hana"}.isdisjoint(one["name"] for one in rows)
    sad = next(one for one in rows if one["name"] == "Ada")
    assert (sad["minute_5"], sad["minute_20"], len(sad)) == ("with you", None, 46)
