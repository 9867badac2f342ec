"""The benchmark's arithmetic, its client and its tables; what it measures is no test's."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from websockets.asyncio.server import serve

from benchmarks import crowds, figures, kept, page
from benchmarks.arithmetic import (
    Beat,
    Change,
    Own,
    Shares,
    Shown,
    Spread,
    Window,
    ages,
    changes,
    first_told,
    gaps,
    latencies,
    quantile,
    ratio,
    sent_in,
    until_shown,
)
from benchmarks.cells import TOO_FEW
from benchmarks.client import Attended, Log, Plan, Received, Seat, Sent
from benchmarks.figures import Figures, Flood, Ingest, Machine, Processor, Sending, Stage, Stages
from benchmarks.kept import CLASS_VIEW, KEYS, RECORDED, RECORDED_UNPARTED
from benchmarks.lesson import Client, is_restless
from benchmarks.live import Measured, told
from benchmarks.processes import Spent, together
from classroom.wire.frames import TAKEN_MS

WINDOW = Window(10.0, 20.0)
AHEAD_S = 1_750_000_000.0
PARTS = ("web", "worker", "reports", "beat", "postgres", "redis")
SENDING = Sending(per_s=60.0, late_p99_ms=2.0, refused={"too_fast": 3}, reconnects=1)


# --- arithmetic -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "share", "found"),
    [
        (0, 0.5, None),
        (1, 0.5, None),
        (2, 0.5, 1),
        (3, 0.5, 2),
        (19, 0.95, None),
        (20, 0.95, 19),
        (21, 0.95, 20),
        (99, 0.99, None),
        (100, 0.99, 99),
        (1000, 0.99, 990),
    ],
)
def test_a_quantile_has_a_value_above_it_or_is_none(count: int, share: float, found: int | None) -> None:
    assert quantile(range(1, count + 1), share) == found


def test_a_spread_sorts_and_keeps_how_many_were_expected() -> None:
    assert Spread.of([3.0, 1.0, 2.0]) == Spread(3, 3, 2.0, None, None)
    assert Spread.of([], 7) == Spread(7, 0, None, None, None)


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ([], (None, None, None)),
        ([(0, 0)], (None, None, None)),
        ([(10, 10), (5, 10)], (0.75, 0.5, 1.0)),
        ([(1, 1), (0, 3), (0, 0)], (0.25, 0.0, 1.0)),
    ],
)
def test_shares_are_of_all_and_of_who_has_least_and_most(
    counts: list[tuple[int, int]], found: tuple[float | None, ...]
) -> None:
    shares = Shares.of(counts)
    assert (shares.together, shares.least, shares.most) == found


@pytest.mark.parametrize(
    ("above", "below", "found"), [(3.0, 2.0, 1.5), (None, 2.0, None), (3.0, None, None), (3.0, 0.0, None)]
)
def test_a_ratio_of_something_unknown_is_unknown(
    above: float | None, below: float | None, found: float | None
) -> None:
    assert ratio(above, below) == found


@pytest.mark.parametrize(
    ("sent_at", "readings", "found"),
    [
        ([10.0, 11.0], [Own(at=10.3, taken_at=10.01)], {0: 0.3}),
        ([10.0, 11.0], [Own(10.3, 10.01), Own(11.5, 11.01)], {0: 0.3, 1: 0.5}),
        ([10.0, 11.0], [Own(12.5, 11.01)], {1: 1.5}),  # the first was overwritten
        ([10.0, 11.0], [Own(11.1, 10.999)], {1: 0.1}),  # its stamp is in whole milliseconds
        ([9.9, 10.9], [Own(10.5, 9.91)], {}),  # sent before the window
        ([19.9, 20.0], [Own(21.0, 19.91), Own(21.0, 20.01)], {0: 1.1}),  # read after it, sent after it
        ([10.0], [Own(9.5, 9.4)], {}),  # of no snapshot that is known
        ([], [Own(10.5, 10.4)], {}),
    ],
)
def test_a_reading_is_of_the_newest_snapshot_sent_before_its_stamp(
    sent_at: list[float], readings: list[Own], found: dict[int, float]
) -> None:
    assert latencies(sent_at, readings, WINDOW) == pytest.approx(found)


def test_the_window_ends_before_its_end() -> None:
    assert sent_in([9.9, 10.0, 15.0, 19.9, 20.0], WINDOW) == 3
    assert [at in WINDOW for at in (9.9, 10.0, 20.0)] == [False, True, False]
    assert list(Window(1.0, 2.0).instants(0.25)) == [1.0, 1.25, 1.5, 1.75]


@pytest.mark.parametrize(
    ("readings", "instants", "found"),
    [
        ([], [10.0], []),
        ([Own(at=10.5, taken_at=10.2)], [10.0, 10.5, 12.2], [0.3, 2.0]),
        ([Own(10.5, 10.2), Own(11.5, 11.3)], [11.4, 11.6], [1.2, 0.3]),
        ([Own(10.5, 10.2), Own(10.6, 9.8)], [10.7], [0.5]),  # an older one that came later changes nothing
        ([Own(11.5, 11.3), Own(10.5, 10.2)], [11.0], [0.8]),
    ],
)
def test_the_age_is_that_of_the_newest_reading_that_has_arrived(
    readings: list[Own], instants: list[float], found: list[float]
) -> None:
    assert ages(readings, instants) == pytest.approx(found)


def test_a_change_is_the_first_snapshot_that_shows_it() -> None:
    sent = [(1.0, True), (2.0, True), (3.0, False), (4.0, False), (5.0, True)]
    assert list(changes("Ada", sent)) == [
        Change(3.0, "Ada", has_face=False),
        Change(5.0, "Ada", has_face=True),
    ]
    assert list(changes("Ada", [])) == []


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ([], []),
        ([Shown(3.5, "Ada", has_face=False), Shown(3.8, "Ada", has_face=False)], [0.5]),
        ([Shown(2.9, "Ada", has_face=False), Shown(3.8, "Ada", has_face=False)], [0.8]),
        ([Shown(3.5, "Bo", has_face=False), Shown(3.6, "Ada", has_face=True)], []),
        ([Shown(6.5, "Ada", has_face=False)], []),
    ],
)
def test_a_change_is_shown_by_the_first_tile_of_that_student_that_says_so(
    shown: list[Shown], found: list[float]
) -> None:
    change = Change(3.0, "Ada", has_face=False)
    assert list(until_shown([change], shown, within=3.0)) == pytest.approx(found)


def test_a_step_counts_where_it_is_told_first() -> None:
    steps = [(9.5, 9.0), (12.5, 9.0), (13.0, 12.0), (16.0, 12.0), (25.0, 21.0)]
    assert list(first_told(steps, WINDOW)) == [1.0]


def test_a_beat_is_told_by_its_median_and_its_longest() -> None:
    assert Beat.of([3.0, 3.1, 2.9, 9.0]) == Beat(3.0, 9.0)
    assert Beat.of([]) == Beat(None, None)


def test_a_gap_lies_between_two_of_the_window() -> None:
    assert list(gaps([7.0, 11.0, 14.0, 19.0, 20.0], WINDOW)) == [3.0, 5.0]


# --- a class from its log -------------------------------------------------------------------------------


def stamp(at: float) -> str:
    """A monotonic time as the server writes it."""
    return datetime.fromtimestamp(AHEAD_S + at, UTC).isoformat()


def received(at: float, **message: object) -> Received:
    return Received(at, json.dumps(message))


def test_a_class_is_told_from_what_it_sent_and_heard() -> None:
    began = 100.3
    window = Window(began, began + 4)
    first = Attended(
        sent=[Sent(began + each, began + each + 0.001, has_face=each < 2) for each in range(4)],
        received=[
            received(began + each + 0.2, type="reading", taken_at=stamp(began + each + 0.01))
            for each in range(4)
        ],
    )
    second = Attended(
        sent=[Sent(began + each + 0.5, began + each + 0.5, has_face=True) for each in range(4)],
        received=[
            received(began + 0.9, type="reading", taken_at=stamp(began + 0.52)),
            received(began + 1.9, type="reading", taken_at=stamp(began + 1.52)),
            received(began + 2.6, type="error", code="too_fast"),
        ],
        closed=[1013],
    )
    teacher = Attended(
        received=[
            received(began + 1.0, type="view", view={"mood": {"at": stamp(began - 0.5)}}),
            received(began + 1.5, type="view", view={"mood": None}),
            received(began + 2.0, type="view", view={"mood": {"at": stamp(began - 0.5)}}),
            received(began + 2.4, type="tiles", tiles=[{"name": "Ada", "kind": "measured"}]),
        ]
    )
    spent = Spent({**dict.fromkeys(PARTS, 0.006), "worker": 0.06, "client": 0.04}, others=2.0)
    found = told(["Ada", "Bo"], Log([first, second], teacher), Measured(window, 8, 6, spent, AHEAD_S))
    assert (found.students, found.stored_per_s, found.sending.per_s) == (2, 1.5, 2.0)
    assert (found.share.together, found.share.least, found.share.most) == (0.75, 0.5, 1.0)
    assert (found.own_page.count, found.own_page.expected) == (6, 8)
    assert found.own_page.p50 == pytest.approx(0.199, abs=0.005)
    assert found.own_page.p99 is None
    assert (found.tile.count, found.tile.expected, found.tile.p50) == (1, 1, None)
    assert (found.grid.count, found.grid.p95) == (1, None)
    assert found.age.longest == pytest.approx(3.9 - 1.52, abs=0.02)
    assert found.processor.ms["worker"] == pytest.approx(10)
    assert found.processor.system_ms == pytest.approx(15)
    assert (found.processor.client, found.processor.others) == (0.01, 0.5)
    assert (found.sending.refused, found.sending.reconnects) == ({"too_fast": 1}, 1)


def test_a_class_that_nobody_read_is_told_all_the_same() -> None:
    spent = Spent({**dict.fromkeys(PARTS, 0.006), "client": 0.04}, others=0.0)
    found = told(["Ada"], Log([Attended()], Attended()), Measured(Window(0.0, 3.0), 0, 0, spent, AHEAD_S))
    assert (found.share.together, found.own_page.p50, found.age.p50, found.age.longest) == (None,) * 4
    assert found.processor.system_ms is None
    told_of = page.tables(only_classes([found]))
    assert told_of["latency"].count(TOO_FEW) == 9


def test_a_crowd_is_told_from_all_of_its_lessons() -> None:
    window = Window(100.0, 110.0)
    spent = Spent({**dict.fromkeys(PARTS, 0.01), "client": 0.04}, others=0.0)

    def log(read_of_ten: int, views_at: list[float]) -> Log:
        student = Attended(
            sent=[Sent(100.0 + n, 100.0 + n, has_face=True) for n in range(10)],
            received=[
                received(100.5 + n, type="reading", taken_at=stamp(100.01 + n)) for n in range(read_of_ten)
            ],
        )
        seen = [received(at, type="view", view={"mood": {"at": stamp(100.0)}}) for at in views_at]
        return Log([student], Attended(received=seen))

    found = crowds.told(
        [log(2, [101.0, 104.0]), log(4, [102.0, 105.5])],
        Measured(window, 20, 6, spent, AHEAD_S),
        {"web": 90.0},
    )
    assert (found.students, found.lessons, found.stored_per_s) == (2, 2, 0.6)
    assert (found.share.together, found.share.least, found.share.most) == (0.3, 0.2, 0.4)
    assert found.views == Beat(3.0, 3.5)
    assert (found.grid.p50, found.grid.longest) == pytest.approx((1.0, 2.0), abs=0.001)
    assert found.age.longest == pytest.approx(109.9 - 101.01, abs=0.02)


@pytest.mark.parametrize(
    ("students", "lessons"),
    [(200, [200]), (500, [500]), (501, [251, 250]), (1000, [500, 500]), (1001, [334, 334, 333])],
)
def test_a_crowd_sits_in_as_few_lessons_as_hold_it(students: int, lessons: list[int]) -> None:
    assert crowds.lessons_of(students) == lessons


def test_the_memory_of_a_part_is_its_childrens_too() -> None:
    rows = [
        figures.Memory("web", 1, 100.0, 80.0),
        figures.Memory("worker-snapshots", 1, 100.0, 50.0),
        figures.Memory("worker-snapshots, child 1", 1, 100.0, 70.0),
    ]
    assert together(rows) == {"web": 80.0, "worker-snapshots": 120.0}


# --- the client -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("students", "restless"), [(3, 3), (6, 4), (10, 4), (60, 12), (100, 20)])
def test_a_fifth_of_a_class_is_restless_and_at_least_four(students: int, restless: int) -> None:
    assert sum(is_restless(number, students) for number in range(students)) == restless


class Stand:
    """In the product's place: greets, and notes what comes when."""

    def __init__(self) -> None:
        self.came: dict[str, list[tuple[float, bytes]]] = {}
        self.closes = 0

    async def __call__(self, socket) -> None:
        cookie = socket.request.headers["Cookie"]
        await socket.send(json.dumps({"type": "state", "seq": 1}))
        async for data in socket:
            self.came.setdefault(cookie, []).append((time.monotonic(), data))
            if cookie == "a=3" and self.closes == 0:
                self.closes += 1
                return


def picture(frame: bytes) -> bytes:
    """Behind the time at which it was taken."""
    return frame[TAKEN_MS.size :]


async def test_the_client_spreads_the_snapshots_evenly_and_comes_back() -> None:
    stand = Stand()
    seats = [Seat(f"a={number}", [b"one", b"two"], is_restless=False) for number in range(4)]
    async with serve(stand, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        plan = Plan(f"http://127.0.0.1:{port}", 7, 0.2, seats, b"nobody", teacher="a=teacher")
        client = Client.start(plan)
        try:
            await asyncio.to_thread(client.wait_until_seated)
            await asyncio.sleep(2)
            log = await asyncio.to_thread(client.end)
        finally:
            client.kill()
    came = {cookie: [data for _, data in data] for cookie, data in stand.came.items()}
    assert came.pop("a=teacher") == ['{"type":"reveal","on":true}']
    assert all(set(map(picture, each)) == {b"one", b"two"} for each in came.values())
    for number, student in enumerate(log.students):
        off_beat = [(one.due_at / 0.2 - number / 4 + 0.5) % 1 - 0.5 for one in student.sent]
        assert off_beat == pytest.approx([0.0] * len(student.sent), abs=1e-6)
        assert [one.has_face for one in student.sent] == [True] * len(student.sent)
    assert [len(each.closed) for each in log.students] == [0, 0, 0, 1]
    assert len(log.students[0].sent) in range(4, 20)
    assert json.loads(log.teacher.received[0].text) == {"type": "state", "seq": 1}


async def test_who_is_restless_leaves_the_picture_at_times() -> None:
    stand = Stand()
    seats = [Seat(f"b={number}", [b"one"], is_restless=number > 0) for number in range(12)]
    async with serve(stand, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = Client.start(Plan(f"http://127.0.0.1:{port}", 7, 0.1, seats, b"nobody"))
        try:
            await asyncio.to_thread(client.wait_until_seated)
            await asyncio.sleep(1)
            log = await asyncio.to_thread(client.end)
        finally:
            client.kill()
    assert {picture(data) for _, data in stand.came["b=0"]} == {b"one"}
    others = [one.has_face for each in log.students[1:] for one in each.sent]
    assert set(others) == {True, False}
    sent = [data for cookie in stand.came if cookie != "b=0" for _, data in stand.came[cookie]]
    assert set(map(picture, sent)) == {b"one", b"nobody"}


# --- keys and tables ------------------------------------------------------------------------------------


def only_classes(classes: list[figures.ClassAtWork]) -> Figures:
    return Figures(Machine(2, "A processor", "3.11.7", 0.1), is_quick=True, classes=classes)


def a_class(students: int) -> figures.ClassAtWork:
    spread = Spread(60, 60, 0.1, 0.2, None)
    return figures.ClassAtWork(
        students=students,
        seconds=10.0,
        sending=SENDING,
        stored_per_s=59.0,
        own_page=spread,
        tile=spread,
        grid=Spread(1, 1, None, None, None),
        share=Shares(0.98, 0.9, 1.0),
        age=figures.Ages(0.5, 0.9, 1.0, 1.2),
        processor=Processor(dict.fromkeys(PARTS, 2.0), client=0.1, others=0.4),
    )


def a_crowd() -> figures.Crowd:
    one = a_class(1000)
    return figures.Crowd(
        students=1000,
        lessons=2,
        seconds=10.0,
        sending=SENDING,
        stored_per_s=160.0,
        share=Shares(0.16, 0.12, 0.2),
        own_page=one.own_page,
        age=figures.Ages(3.0, 5.5, 6.0, 6.5),
        grid=Beat(1.5, 2.9),
        views=Beat(3.0, 3.2),
        processor=one.processor,
        memory={"web": 200.0, "worker": 400.0, "redis": 20.0},
    )


def with_rows(readings: int, *, view_ms: float) -> figures.WithRows:
    took = {
        CLASS_VIEW: figures.Took(view_ms, 2 * view_ms, 12),
        RECORDED: figures.Took(2 * view_ms, None, 11),
        RECORDED_UNPARTED: figures.Took(1.6 * view_ms, None, 11),
    }
    return figures.WithRows(readings, readings // 2, 3.0, 326.0, 216.0, took)


def everything() -> Figures:
    processor = Processor(dict.fromkeys(PARTS, 0.5), client=0.2, others=0.1)
    return Figures(
        machine=Machine(2, "A processor", "3.11.7", 0.1),
        is_quick=False,
        faces=[figures.Faces(0.1, {"frontal": 1.0, "turned": 0.5})],
        stages=Stages([Stage("decode", 0.4, 0.4, 0.3)], 12.0, 8.0, 2.0, 11.0, 3.0, 10.0, 1.8),
        steps=[figures.Step(10, 9.0, 7.0, 6.0, 5.0)],
        floods=[
            Flood(workers, 160, SENDING, stored, processor) for workers, stored in ((1, 50.0), (2, 90.0))
        ],
        classes=[a_class(60), a_class(100)],
        memory=[figures.Memory("web", 1, 100.0, 80.0)],
        ingest=Ingest(400, SENDING, 60.0, processor),
        measured=[figures.BrowserRead(1000, 4, SENDING, 990.0, a_class(60).own_page, processor)],
        crowds=[a_crowd()],
        rows=[with_rows(10_000, view_ms=10.0), with_rows(1_000_000, view_ms=11.0)],
        counted=[figures.Counted("post", 6.0, 4.5)],
    )


def test_each_number_has_a_key() -> None:
    assert kept.flat(everything()) == pytest.approx(
        {
            "floor_ratio": 1.2,
            "analyser_per_core": 125.0,
            "system_ms_per_reading": 12.0,
            "worker_ms_per_reading": 2.0,
            "system_ms_per_reading_100": 12.0,
            "worker_ms_per_reading_100": 2.0,
            "ingest_per_core": 2000.0,
            "two_workers": 1.8,
            "share_analysed_60": 0.98,
            "share_analysed_100": 0.98,
            "own_page_p95_ms_60": 200.0,
            "own_page_p95_ms_100": 200.0,
            "age_p99_over_median_60": 2.0,
            "client_share_60": 0.1,
            "share_least_in_most_1000": 0.6,
            "age_p99_s_1000": 6.0,
            "class_view_by_rows": 1.1,
            "recording_by_rows": 1.1,
            "recording_parted": 1.25,
        }
    )


def test_what_was_not_measured_has_no_number_and_no_table() -> None:
    nothing = only_classes([])
    assert set(kept.flat(nothing).values()) == {None}
    assert {name for name, table in page.tables(nothing).items() if table} == {"machine"}


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    found = replace(everything(), classes=[a_class(10), a_class(60)])
    kept.keep(found, tmp_path / "kept.json")
    assert kept.read(tmp_path / "kept.json") == found
    written = json.loads((tmp_path / "kept.json").read_text())
    assert written["floor_ratio"] == pytest.approx(1.2)
    assert written["share_analysed_100"] is None


@pytest.mark.parametrize("name", page.TABLES)
def test_a_table_has_as_many_cells_in_each_line(name: str) -> None:
    lines = [line for line in page.tables(everything())[name].splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in lines}) <= 1
    assert len({len(line) for line in lines}) <= 1
    assert name == "machine" or len(lines) >= 3


@pytest.mark.parametrize(("others", "is_busy"), [(0.05, False), (1.7, True)])
def test_a_busy_machine_is_told(others: float, is_busy: bool) -> None:
    one = replace(a_class(60), processor=Processor(dict.fromkeys(PARTS, 2.0), client=0.1, others=others))
    assert ("The machine was busy" in page.machine(only_classes([one]))) == is_busy


def test_what_was_refused_is_told() -> None:
    assert "3 too_fast, 1 sockets lost" in page.tables(everything())["ingest"]


def test_the_page_has_a_place_for_each_table(tmp_path: Path) -> None:
    copy = tmp_path / "benchmarks.md"
    copy.write_text(page.PAGE.read_text())
    page.write(everything(), copy)
    text = copy.read_text()
    assert all(table in text for table in page.tables(everything()).values())
    assert text.count(page.END) == len(page.TABLES)
    page.write(everything(), copy)
    assert copy.read_text() == text


def test_a_table_that_was_not_measured_leaves_the_pages_own(tmp_path: Path) -> None:
    copy = tmp_path / "benchmarks.md"
    copy.write_text(page.PAGE.read_text())
    page.write(everything(), copy)
    page.write(only_classes([]), copy)
    assert page.tables(everything())["ingest"] in copy.read_text()


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_each_key_stands_on_the_page(key: kept.Key) -> None:
    assert f"`{key.name}`" in page.PAGE.read_text()
