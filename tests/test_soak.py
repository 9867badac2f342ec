"""Several faults in a row on what `make run` starts, and the checks by which they are judged."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from benchmarks.client import Attended, Clock, Log, Received, Sent, Uplink
from benchmarks.soak import checks, table, told
from benchmarks.soak.evidence import Episode, Evidence, Rows, Shown, Watched
from benchmarks.soak.footprint import Footprint, Held
from benchmarks.soak.outcome import Outcome
from benchmarks.soak.scenarios import ALL, crowds, long_lesson
from benchmarks.soak.trend import trend
from tests.product import ROOT

WITHIN_S = 900
AT = "2026-11-28T09:00:{:02d}+00:00"
AHEAD_S = 1_795_856_400.0  # of a monotonic clock that was 0 at nine
VIEW = {"present": 2, "left": 0, "self_reports": None, "words": None, "shared": None}
HELD = Footprint({"web": Held(100.0, 40)}, keys=20, redis_mib=2.0, longest=2, queued=0, connections=4)


def heard(*messages):
    return [Received(at, json.dumps(message)) for at, message in messages]


def student(participant, *seconds):
    read = ((second, {"type": "reading", "taken_at": AT.format(second)}) for second in seconds)
    received = heard((1.0, {"type": "state"}), *read)
    return Attended(sent=[Sent(second, second, True) for second in seconds], received=received)


TILES = {one: {"id": one, "here": True, "seen": True, "level": "engaged"} for one in (7, 8)}
TEACHER = Attended(
    received=heard(
        (1.0, {"type": "state", "view": VIEW, "tiles": list(TILES.values())}),
        (13.0, {"type": "view", "view": VIEW}),
    )
)
GOOD = Evidence(
    participants=(7, 8),
    log=Log([student(7, 2, 14), student(8, 3, 15)], TEACHER),
    episodes=[Episode(10.0, 12.0, AHEAD_S)],
    rows=Rows(frozenset({(7, AT.format(2)), (7, AT.format(14)), (8, AT.format(3)), (8, AT.format(15))}), 4),
    shown=[Shown(VIEW, TILES)],
    watched=Watched(present=2, sockets=2, ghosts=0),
    said={"web": [], "run": ["web ended unexpectedly and was started again: /a/log"]},
    named=frozenset({"web"}),
    dashboard_within_s=5.0,
    before=HELD,
    after=HELD,
)


def test_where_all_is_well_no_check_finds_anything():
    assert checks.wrong_in(GOOD) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"rows": Rows(GOOD.rows.readings - {(7, AT.format(2))}, 3)},
            "1 readings that students were told of",
        ),
        ({"rows": replace(GOOD.rows, in_bins=5)}, "4 readings, but 5 in the sums"),
        ({"log": Log([student(7, 2, 14, 14), student(8, 3, 15)], TEACHER)}, "1 readings were told twice"),
        (
            {"rows": Rows(GOOD.rows.readings | {(8, AT.format(9))}, 5)},
            "1 rows more than were sent",
        ),
        ({"log": Log([student(7, 2), student(8, 3, 15)], TEACHER)}, "not everybody was read again"),
        (
            {"log": Log([replace(student(7, 2, 14), closed=[1006]), student(8, 3, 15)], TEACHER)},
            "1 students were not told the whole state again",
        ),
        ({"episodes": [Episode(10.0, 7.5, AHEAD_S)]}, "the dashboard had everybody after 5.5 s"),
        ({"shown": [Shown({**VIEW, "left": 1}, TILES)]}, "the dashboard says left 0, not 1"),
        (
            {"shown": [Shown(VIEW, {**TILES, 8: {**TILES[8], "level": "away"}})]},
            "1 tiles show something else",
        ),
        ({"watched": Watched(present=2, sockets=2, ghosts=1)}, "1 ghosts"),
        ({"after": replace(HELD, parts={"web": Held(300.0, 40)})}, "web holds 300 MiB, before 100"),
        ({"after": replace(HELD, parts={"web": Held(100.0, 90)})}, "web holds 90 descriptors"),
        ({"after": replace(HELD, longest=500)}, "500 entries in one key of Redis"),
        ({"after": replace(HELD, queued=50)}, "50 tasks queued"),
        ({"after": replace(HELD, connections=90)}, "90 connections to PostgreSQL"),
    ],
)
def test_each_check_finds_what_it_is_for(changed, sentence):
    assert any(sentence in wrong for wrong in checks.wrong_in(replace(GOOD, **changed)))


def counting(*numbers):
    return [{**VIEW, "shared": {"counted": number}} for number in numbers]


@pytest.mark.parametrize(
    ("told", "is_right"), [(12, True), (8, True), (10, True), (7, False), (13, False), (None, False)]
)
def test_a_dashboard_counts_as_the_rows_say_at_its_last_beat_or_now_or_between(told, is_right):
    (view,) = counting(told) if told else [{**VIEW, "shared": None}]
    teacher = Attended(received=[*TEACHER.received, *heard((14.0, {"type": "view", "view": view}))])
    found = replace(GOOD, log=replace(GOOD.log, teacher=teacher))
    found = replace(found, shown=[Shown(each, TILES) for each in counting(8, 12)])
    assert (checks.dashboard_right(found) == []) is is_right


@pytest.mark.parametrize("level", ["engaged", "away"])
def test_a_tile_is_right_as_it_was_at_the_last_beat_and_in_no_other_way(level):
    older = {**TILES, 8: {**TILES[8], "level": level}}
    newer = {**TILES, 8: {**TILES[8], "level": "drifting"}}
    found = replace(GOOD, shown=[Shown(VIEW, newer), Shown(VIEW, older)])
    assert (checks.dashboard_right(found) == []) is (level == "engaged")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"web": ["Traceback (most recent call last):"]}, "the log of web has a traceback"),
        (
            {"web": [f"2026-11-28 09:00:0{n},1 WARNING a: socket {n} begins anew" for n in (1, 2)]},
            "web says 2 times",
        ),
        ({"run": []}, "make run named web 0 times"),
    ],
)
def test_a_log_is_clear_where_it_says_once_what_happened(said, sentence):
    wrong = checks.logs_are_clear(replace(GOOD, said={**GOOD.said, **said}))
    assert [sentence in one for one in wrong] == [True]


def test_a_log_may_say_that_a_server_is_away_and_that_it_is_back():
    lines = [
        "2026-11-28 09:00:01,200 ERROR a: Redis does not answer",
        "2026-11-28 09:00:03,200 WARNING a: Redis answers again after 2 s",
    ]
    assert checks.logs_are_clear(replace(GOOD, said={**GOOD.said, "web": lines})) == []


def test_a_complaint_is_a_line_of_ours_or_of_celery():
    lines = [
        "2026-11-28 09:00:01,200 ERROR a: Redis does not answer",
        "[2026-11-28 09:00:01,200: ERROR/MainProcess] Process 'ForkPoolWorker-2' exited",
        "2026-11-28 09:00:01,200 INFO a: no ERROR",
        ". logfile -> [stderr]@%WARNING",
    ]
    assert checks.complaints("beat", lines) == lines[:2]
    assert checks.complaints("postgres", lines) == []


def test_a_socket_too_many_is_found_where_the_lesson_went_on_for_long():
    many = replace(GOOD, watched=Watched(present=2, sockets=3, ghosts=0))
    assert checks.one_socket_each(GOOD) == []
    assert checks.one_socket_each(many) == ["3 sockets of 2 students"]


def test_the_longest_of_several_faults_counts():
    earlier = Episode(0.0, 1.0, AHEAD_S)
    assert told.read_again_s(replace(GOOD, episodes=[earlier])) == pytest.approx(2.0)
    assert told.read_again_s(replace(GOOD, episodes=[earlier, *GOOD.episodes])) == pytest.approx(3.0)


def series(value, times=range(0, 600, 5)):
    return [(float(at), value(at)) for at in times]


def test_a_trend_is_that_of_the_second_half():
    warming_up = trend(series(lambda at: min(at, 300.0)))
    assert (warming_up.level, warming_up.growth, warming_up.an_hour) == (300.0, 0.0, 0.0)
    leaking = trend(series(lambda at: 100 + at / 60))
    assert leaking.an_hour == pytest.approx(60)
    assert leaking.growth == pytest.approx(295 / 60)


def test_a_moment_of_much_is_no_trend():
    assert trend(series(lambda at: 900.0 if at in (400, 590) else 100.0)).growth == 0.0


def test_a_single_moment_has_no_trend():
    with pytest.raises(ValueError, match="too few times"):
        trend([(1.0, 2.0)])


def test_a_crowd_is_back_when_the_last_has_a_new_socket():
    logs = [
        Attended(received=heard((1.0, {"type": "state"}), (at, {"type": "state"}))) for at in (11.5, 15.0)
    ]
    found = replace(GOOD, log=Log(logs, TEACHER))
    assert crowds.back_s(found) == [0.0, 3.0]
    assert crowds.how_soon(found) == "all back after 3.0 s, half of them after 1.5 s"
    assert crowds.all_back(found) == []
    gone = Attended(received=heard((1.0, {"type": "state"})))
    assert crowds.all_back(replace(GOOD, log=Log([gone], TEACHER))) == ["1 students have no new socket"]


def test_what_grows_in_a_long_lesson_is_named():
    watch = long_lesson.Watch(4)
    for at in range(0, 600, 5):
        parts = {"web": Held(100.0 + at / 10, 40), "beat": Held(90.0, 12)}
        watch.series.append((float(at), replace(HELD, parts=parts)))
    assert watch.is_flat(GOOD) == ["web grew by 29.5 MiB in the last half"]
    assert watch.said(GOOD) == "in the last half: web +29.5 MiB of 145"


def test_a_browser_waits_while_two_are_unanswered_or_one_for_a_second():
    uplink = Uplink()
    assert uplink.is_free(0.0)
    uplink.unanswered += [0.0]
    assert uplink.is_free(0.5)
    assert not uplink.is_free(1.5)
    uplink.unanswered += [0.5]
    assert not uplink.is_free(0.6)
    uplink.answered(2)
    assert uplink.is_free(0.7)


def test_a_browsers_clock_is_as_wrong_as_it_is_said_to_be():
    clock = Clock(ahead_s=10, jumps_after_s=5, jumps_by_s=-20)
    assert clock.now_ms(6) - clock.now_ms(4) == pytest.approx(-20_000, abs=100)


def test_a_table_says_what_was_found_and_what_was_left_out():
    drawn = table.draw(
        [
            Outcome("a", "kill -9 of web", 2.0, 2.5, 2.0, acknowledged=40, rows=41),
            Outcome("b", "web stands still", wrong=["not everybody was read again"]),
            Outcome("c", "the clock jumps", skipped="no library"),
        ]
    )
    assert "| 2.5 s" in drawn
    assert "| well" in drawn
    assert "not everybody was read again" in drawn
    assert "skipped: no library" in drawn


def test_each_scenario_has_a_name_and_a_line_of_its_own():
    assert len({each.name for each in ALL}) == len({each.does for each in ALL}) == len(ALL)


@pytest.mark.slow
def test_a_lesson_survives_several_faults_in_a_row(tmp_path):
    """Worker killed and frozen, Redis and web killed: what `make soak` holds by itself, in one lesson."""
    kept = tmp_path / "soak.json"
    command = [sys.executable, "-m", "benchmarks.soak", "in a row", "--json", str(kept)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = json.loads(kept.read_text())
    assert found["acknowledged"] > 0
    assert found["lost"] == 0
