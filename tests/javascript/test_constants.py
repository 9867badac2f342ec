"""What the browser's code and the server both know is the same in both."""

import re
from pathlib import Path

import pytest

from classroom import disclosure, words
from classroom.disclosure import Amount, Strength
from classroom.services.reports import UNFINISHED
from classroom.sockets.student import LARGEST_SNAPSHOT, TOO_LARGE_CODE
from classroom.views.live import OF_ONE, URL_NAMES
from classroom.wire import events
from emotion import image
from emotion.judgement.engagement import Level
from emotion.judgement.persistence import BIN_S
from emotion.judgement.weights import DEFAULT_WEIGHTS
from emotion.labels import EMOTIONS
from emotion.values import Signal
from tests.javascript.source import asked, constant, text
from tests.reports.test_charts import FIGURES
from worker.simulation.camera.portrait import studio

ROOT = Path(__file__).parents[2]

CLOSED = {
    "tooLarge": TOO_LARGE_CODE,
    "withdrawn": events.WITHDRAWN_CODE,
    "rightsLost": events.RIGHTS_LOST_CODE,
    "ended": events.ENDED_CODE,
    "replaced": events.REPLACED_CODE,
}
LEVELS = [
    {"level": "away", "amount": "few", "from": 0, "to": round(100 * DEFAULT_WEIGHTS.drifting_from)},
    {
        "level": "drifting",
        "amount": "half",
        "from": round(100 * DEFAULT_WEIGHTS.drifting_from),
        "to": round(100 * DEFAULT_WEIGHTS.engaged_from),
    },
    {"level": "engaged", "amount": "most", "from": round(100 * DEFAULT_WEIGHTS.engaged_from), "to": 100},
]


@pytest.mark.parametrize(
    ("name", "of", "value"),
    [
        ("CLOSED", "socket.js", CLOSED),
        ("FREE_YAW", "student-state.js", DEFAULT_WEIGHTS.yaw_free),
        ("FREE_PITCH", "student-state.js", DEFAULT_WEIGHTS.pitch_free),
        ("MOST", "sentence.js", disclosure.MOST),
        ("FEW", "sentence.js", disclosure.FEW),
        ("SECONDS_STEP", "sentence.js", BIN_S),
        ("STEP_S", "figures.js", BIN_S),
        ("LEVELS", "figures.js", LEVELS),
        ("SNAPSHOT_WIDTH", "capture-timer.js", studio.WIDTH),
        ("SNAPSHOT_HEIGHT", "capture-timer.js", studio.HEIGHT),
        ("UNDER_WAY", "report-progress.js", list(UNFINISHED)),
    ],
)
def test_a_constant_is_the_servers(name, of, value):
    assert constant(name, of) == value


def test_a_class_in_words_grows_old_after_two_steps_of_its_grid():
    assert constant("STALE_S", "sentence.js")["words"] == 2 * disclosure.GRID.total_seconds()


def test_what_a_browser_sends_is_never_too_large_for_the_server():
    # Refused are frames that are larger; the browser squeezes until its picture is smaller.
    assert constant("LARGEST_BYTES", "capture-timer.js") <= min(LARGEST_SNAPSHOT, image.MAX_BYTES)


@pytest.mark.parametrize(
    ("name", "of", "values"),
    [
        ("MARKS", "sentence.js", Amount),
        ("STRENGTH_HEIGHTS", "figures.js", Strength),
    ],
)
def test_a_table_has_a_row_for_each_word(name, of, values):
    assert set(constant(name, of)) == set(values)


def test_levels_are_those_of_the_formula():
    assert set(constant("LEVEL_ORDER", "elements/tile-grid.js")) - {None} == set(Level)
    assert set(constant("LEVELS", "elements/level-bar.js")) == set(Level) - {Level.UNKNOWN}
    assert set(constant("MARKS", "sentence.js").values()) == set(Level) - {Level.UNKNOWN}


def test_signals_are_those_of_a_policy():
    named = asked(r'signals\.includes\("(\w+)"\)')
    assert named and named <= set(Signal)


def test_tests_draw_the_expressions_in_the_servers_order():
    labels = re.search(r"LABELS = \[(.+)\]", (ROOT / "tests/javascript/dashboard-page.mjs").read_text())
    assert labels and re.findall(r"\w+", labels[1]) == list(EMOTIONS)


def test_each_tone_of_a_report_has_a_colour():
    named = {trace["meta"]["tone"] for figure in FIGURES.values() for trace in figure["data"]}
    assert named == constant("TONES", "report.js").keys()


def test_each_level_and_every_expression_has_a_colour_by_day_and_by_night():
    tokens = (ROOT / "static/css/tokens.css").read_text()
    used = {"expression"} | {f"level-{level}" for level in Level}
    assert {name: tokens.count(f"--{name}:") for name in used} == dict.fromkeys(used, 2)


# --- words -------------------------------------------------------------------------------------------------


def test_each_sentence_that_a_script_says_is_written():
    said = (
        asked(r'\bsay\(\s*"(\w+)"')
        | asked(r'\bsay\([^")]*\? "(\w+)"')
        | asked(r'\bsay\([^")]*\? "\w+" : "(\w+)"')
    )
    assert {"pause", "resume", "marker_saved"} <= said
    assert said <= words.SENTENCES.keys()


def test_each_counted_sentence_that_a_script_says_is_written():
    counted = asked(r'\bcount\(\s*"(\w+)"')
    assert {"with_you", "left"} <= counted
    assert counted | set(Amount) <= words.counted_sentences(1).keys()


def test_each_state_of_a_connection_has_its_word():
    states = re.search(r"@typedef \{(.+)\} ConnectionState", text("socket.js"))
    assert states and set(re.findall(r'"(\w+)"', states[1])) == words.CONNECTION.keys()


def test_each_address_that_a_script_asks_for_is_given():
    named = asked(r"\burls\.(\w+)")
    assert named == URL_NAMES.keys() | set(OF_ONE)


@pytest.mark.parametrize(
    ("function", "template", "place"),
    [
        ("sign", "sign.html", "for"),
        ("cameraProblem", "problems.html", "problem"),
        ("helpFor", "camera_help.html", "for"),
    ],
)
def test_each_state_of_a_students_page_has_its_text(function, template, place):
    written = re.findall(
        rf'data-{place}="([\w-]+)"', (ROOT / "templates/student/partials" / template).read_text()
    )
    assert STATES[function]() == set(written)


def _signs() -> set[str]:
    bodies = re.findall(r"function sign\w*\(state\) \{(.+?)\n\}", text("student-state.js"), re.DOTALL)
    assert bodies
    return {
        name
        for line in re.findall(r"return (.+);", "".join(bodies))
        for name in re.findall(r'"([\w-]+)"', line.split("?")[-1])
    }


def _problems() -> set[str]:
    """Those that errors of the browser stand for, and those that a page finds by itself."""
    found = set(constant("PROBLEM_OF_ERROR", "student-state.js").values())
    without = re.search(r"function problemWithoutCamera\(\) \{(.+?)\n\}", text("capture.js"), re.DOTALL)
    assert without
    own = asked(r'onproblem\([^")]*"(\w+)"') | set(re.findall(r'"([\w-]+)"', without[1]))
    own |= asked(r'"no-picture"\) return [^"]*"([\w-]+)"') | asked(r'new CameraProblem\("([\w-]+)"\)')
    return found | own | asked(r'PROBLEM_OF_ERROR\[errorName\] \?\? "(\w+)"')


def _helps() -> set[str]:
    return set(constant("SAID_AFTER_MS", "camera-help.js"))


STATES = {"sign": _signs, "cameraProblem": _problems, "helpFor": _helps}
