"""The fold from measurements to engagement: rules as a table of situations, laws as properties."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion.judgement.baseline import Baseline, Rest
from emotion.judgement.engagement import (
    STATE_VERSION,
    Engagement,
    Level,
    ParticipantSignals,
    UnknownStateVersion,
    assess,
    fold,
)
from emotion.judgement.weights import DEFAULT_WEIGHTS
from emotion.judgement.window import Slot, Window
from emotion.labels import EMOTIONS, Emotion
from emotion.values import Analysis, Attention, EmotionScores, FaceBox

PAGE = Path(__file__).parents[2] / "docs" / "engagement.md"
BOX = FaceBox(0.3, 0.2, 0.4, 0.6)
NO_FACE = Analysis(faces=0)


def scores(emotion: Emotion, probability: float = 0.7, *, uncertain: bool = False) -> EmotionScores:
    rest = (1 - probability) / 6
    return EmotionScores(tuple(probability if e is emotion else rest for e in EMOTIONS), uncertain)


def looking(
    yaw: float = 0,
    pitch: float = 0,
    eyes: float = 0.9,
    expression: EmotionScores | None = None,
    gaze_y: float = 0.3,
) -> Analysis:
    return Analysis(1, BOX, Attention(yaw, pitch, 0, eyes, 0, gaze_y), expression)


# Lids that fall are read as a gaze that falls with them.
CLOSED = looking(eyes=0.05, gaze_y=-0.5)
PHONE = looking(pitch=-12, eyes=0.35, gaze_y=-0.1)
Script = Iterable[tuple[float, Analysis]]


def during(
    start: float, end: float, analysis: Analysis, *, every: float = 1.0
) -> list[tuple[float, Analysis]]:
    return [(start + i * every, analysis) for i in range(int((end - start) / every))]


def run(*scripts: Script) -> tuple[ParticipantSignals, Engagement]:
    state = None
    for script in scripts:
        for at, analysis in script:
            state, engagement = fold(state, analysis, at)
    assert state is not None
    return state, engagement


def engagement_after(*scripts: Script) -> Engagement:
    return run(*scripts)[1]


INTERVALS = pytest.mark.parametrize("every", [0.5, 1.0, 2.0, 5.0, 10.0, 20.0])


# Situations


@INTERVALS
def test_a_student_who_faces_the_own_screen_is_engaged(every: float) -> None:
    engagement = engagement_after(during(0, 200, looking(yaw=4, pitch=-8), every=every))
    assert (engagement.level, engagement.value, engagement.presence) == (Level.ENGAGED, 1.0, 1.0)
    assert engagement.baseline_ready


@INTERVALS
def test_a_student_who_turned_away_drifts_and_then_is_away(every: float) -> None:
    facing = during(0, 200, looking(), every=every)
    state, _ = run(facing)
    levels = []
    for at, analysis in during(200, 280, looking(yaw=50), every=every):
        state, engagement = fold(state, analysis, at)
        levels.append(engagement.level)
    assert levels[-1] is Level.AWAY
    assert Level.DRIFTING in levels or every > 5
    assert levels == sorted(levels, key=[Level.ENGAGED, Level.DRIFTING, Level.AWAY].index)


def test_a_short_glance_aside_changes_no_level() -> None:
    engagement = engagement_after(during(0, 100, looking()), during(100, 104, looking(yaw=50)))
    assert engagement.level is Level.ENGAGED


@INTERVALS
def test_closed_eyes_drift_and_then_are_away(every: float) -> None:
    engagement = engagement_after(
        during(0, 200, looking(), every=every), during(200, 300, CLOSED, every=every)
    )
    assert engagement.level is Level.AWAY


def test_blinks_change_no_level() -> None:
    blinking = [(float(t), CLOSED if t % 12 == 0 else looking()) for t in range(1, 400)]
    assert engagement_after(blinking).level is Level.ENGAGED


def test_closed_eyes_count_once_however_long_they_were_closed_before() -> None:
    dozing = during(0, 100, looking()), during(100, 280, CLOSED), during(280, 301, looking())
    assert engagement_after(*dozing).value == 1


@INTERVALS
def test_looking_into_a_phone_is_not_engaged_however_long(every: float) -> None:
    ahead = during(0, 200, looking(), every=every)
    for until in (300, 2400):
        assert engagement_after(ahead, during(200, until, PHONE, every=every)).level is Level.AWAY


def test_narrow_eyes_are_judged_against_the_own_openness() -> None:
    narrow = during(0, 200, looking(eyes=0.32, gaze_y=-0.3))
    wide = during(0, 200, looking(eyes=0.95, gaze_y=-0.3))
    assert engagement_after(narrow).value == engagement_after(wide).value
    closed = during(200, 260, looking(eyes=0, gaze_y=-0.7))
    assert engagement_after(narrow, closed).level is Level.AWAY


@pytest.mark.parametrize("frown", [{"eyes": 0.45}, {"eyes": 0.3, "pitch": 4, "gaze_y": 0.2}])
def test_eyes_narrowed_in_thought_stay_engaged(frown: dict[str, float]) -> None:
    assert (
        engagement_after(during(0, 90, looking()), during(90, 180, looking(**frown))).level is Level.ENGAGED
    )


def test_a_head_that_nods_while_the_eyes_stay_on_the_screen_loses_nothing() -> None:
    """What the head goes down the eyes go up: the line of sight is the same."""
    nodding = looking(pitch=-10, gaze_y=0.7)
    assert engagement_after(during(0, 90, looking()), during(90, 120, nodding)).value == 1


# Presence


@pytest.mark.parametrize("before", [0, 100])
def test_no_face_is_unknown_and_never_disengaged(before: int) -> None:
    levels = set()
    state = run(during(0, before, looking()))[0] if before else None
    for at, analysis in during(before, before + 300, NO_FACE):
        state, engagement = fold(state, analysis, at)
        levels.add(engagement.level)
    assert levels <= {Level.ENGAGED, Level.UNKNOWN}
    assert (engagement.level, engagement.value, engagement.presence) == (Level.UNKNOWN, None, 0)


def test_a_face_that_was_missed_once_stays_known() -> None:
    engagement = engagement_after(during(0, 60, looking()), [(60, NO_FACE), (61, NO_FACE), (62, looking())])
    assert engagement.level is Level.ENGAGED
    assert engagement.presence < 1


def test_presence_alone_has_no_level() -> None:
    engagement = engagement_after(during(0, 60, Analysis(1, BOX)))
    assert (engagement.level, engagement.value, engagement.presence) == (Level.UNKNOWN, None, 1)
    assert (engagement.expression, engagement.baseline_ready) == (None, False)


def test_expression_alone_has_no_level() -> None:
    engagement = engagement_after(during(0, 60, Analysis(1, BOX, None, scores(Emotion.HAPPY))))
    assert (engagement.level, engagement.value) == (Level.UNKNOWN, None)
    assert engagement.expression is not None
    assert engagement.expression.top is Emotion.HAPPY


def test_one_reading_is_not_enough_evidence() -> None:
    assert engagement_after([(0, looking())]).level is Level.UNKNOWN


def test_after_a_silence_the_past_says_nothing() -> None:
    happy = looking(yaw=50, expression=scores(Emotion.HAPPY))
    engagement = engagement_after(during(0, 60, looking()), during(60, 120, happy), [(300, looking())])
    assert (engagement.level, engagement.expression) == (Level.UNKNOWN, None)
    assert engagement.baseline_ready


# Baseline and second screen


@pytest.mark.parametrize("normal", [(20, 0), (-20, -10), (0, -20)])
def test_pose_is_judged_against_the_own_normal(normal: tuple[int, int]) -> None:
    yaw, pitch = normal
    assert engagement_after(during(0, 120, looking(yaw, pitch))).value == 1.0
    moved = engagement_after(during(0, 120, looking(yaw, pitch)), during(120, 160, looking(yaw + 45, pitch)))
    assert moved.level is Level.AWAY


@INTERVALS
def test_the_baseline_is_ready_after_a_minute_with_five_readings(every: float) -> None:
    needed = max(60, 4 * every)
    before = during(0, needed, looking(), every=every)
    assert not engagement_after(before).baseline_ready
    assert engagement_after(before, [(needed, looking())]).baseline_ready


def test_staring_away_from_the_start_is_nobodys_normal() -> None:
    assert engagement_after(during(0, 120, looking(yaw=60))).level is Level.AWAY


@pytest.mark.parametrize("yaw", [27, 29, -29])
def test_a_head_at_rest_on_a_second_screen_is_engaged_again(yaw: int) -> None:
    state, _ = run(during(0, 90, looking()))
    levels = []
    for at, analysis in during(90, 200, looking(yaw=yaw)):
        state, engagement = fold(state, analysis, at)
        levels.append(engagement.level)
    assert Level.DRIFTING in levels
    assert levels[-1] is Level.ENGAGED


def test_a_head_that_wanders_at_the_same_angle_has_no_second_screen() -> None:
    wandering = [(90.0 + t, looking(yaw=29 if t // 5 % 2 else -29)) for t in range(200)]
    assert engagement_after(during(0, 90, looking()), wandering).level is not Level.ENGAGED


@pytest.mark.parametrize(("yaw", "pitch"), [(35, 0), (-40, 0), (0, -30), (25, -25)])
def test_staring_far_away_is_away_however_long_and_still(yaw: int, pitch: int) -> None:
    engagement = engagement_after(during(0, 90, looking()), during(90, 2700, looking(yaw, pitch)))
    assert engagement.level is Level.AWAY


def test_the_baseline_follows_a_slow_shift_but_not_far() -> None:
    shifted = run(during(0, 90, looking()), during(90, 2700, looking(yaw=10)))[0].baseline
    pushed = run(during(0, 90, looking()), during(90, 5400, looking(yaw=28)))[0].baseline
    assert shifted is not None
    assert pushed is not None
    assert shifted.yaw == pytest.approx(10, abs=0.5)
    assert pushed.yaw == 15


# Expression


def test_expression_is_smoothed_over_the_last_seconds() -> None:
    happy, sad = (looking(expression=scores(e)) for e in (Emotion.HAPPY, Emotion.SAD))
    once = engagement_after(during(0, 30, happy), [(30, sad)]).expression
    long = engagement_after(during(0, 30, happy), during(30, 50, sad)).expression
    assert once is not None
    assert once.top is Emotion.HAPPY
    assert long is not None
    assert long.top is Emotion.SAD
    assert sum(long.probabilities) == pytest.approx(1)


@pytest.mark.parametrize(
    ("expressions", "uncertain"),
    [
        ([scores(Emotion.SAD)], False),
        ([scores(Emotion.SAD, uncertain=True)], True),
        ([scores(Emotion.SAD), scores(Emotion.SAD), scores(Emotion.SAD, uncertain=True)], False),
        ([scores(Emotion.SAD, 0.3)], True),
        ([scores(Emotion.SAD, 0.5), scores(Emotion.HAPPY, 0.5)], True),
    ],
)
def test_a_smoothed_expression_is_uncertain_where_its_readings_are(
    expressions: list[EmotionScores], uncertain: bool
) -> None:
    script = [(float(t), looking(expression=expressions[t % len(expressions)])) for t in range(60)]
    smoothed = engagement_after(script).expression
    assert smoothed is not None
    assert smoothed.uncertain is uncertain


@pytest.mark.parametrize("unreadable", [{"yaw": 40}, {"pitch": -35}, {"eyes": 0.05}])
def test_no_expression_is_read_from_a_face_turned_away_or_with_closed_eyes(
    unreadable: dict[str, float],
) -> None:
    state, _ = run(during(0, 60, looking()))
    sad = looking(**unreadable, expression=scores(Emotion.SAD))
    for at, analysis in during(60, 100, sad):
        state, engagement = fold(state, analysis, at)
        assert engagement.expression is None


def test_a_sad_attentive_student_is_above_a_neutral_and_a_happy_one_who_look_away() -> None:
    def value(analysis: Analysis) -> float:
        return engagement_after(during(0, 90, looking()), during(90, 180, analysis)).value or 0

    sad = value(looking(expression=scores(Emotion.SAD)))
    neutral_aside = value(looking(yaw=33, expression=scores(Emotion.NEUTRAL)))
    happy_aside = value(looking(yaw=33, expression=scores(Emotion.HAPPY)))
    assert sad == 1.0
    assert sad > happy_aside
    assert sad > neutral_aside


# Laws

angles = st.floats(-90, 90)
shares = st.floats(0, 1)


@st.composite
def probabilities(draw: Callable[..., list[float]]) -> tuple[float, ...]:
    weights = draw(st.lists(st.floats(0.01, 1), min_size=7, max_size=7))
    return tuple(weight / sum(weights) for weight in weights)


attentions = st.builds(Attention, angles, angles, angles, shares, st.floats(-1, 1), st.floats(-1, 1))
expressions = st.builds(EmotionScores, probabilities(), st.booleans())
analyses = st.one_of(
    st.just(NO_FACE),
    st.builds(Analysis, st.integers(1, 3), st.just(BOX), st.none() | attentions, st.none() | expressions),
)
intervals = st.sampled_from([0.5, 1.0, 2.0, 10.0, 20.0]) | st.floats(0.3, 100)


@st.composite
def lessons(draw: Callable[..., list[tuple[float, Analysis]]]) -> list[tuple[float, Analysis]]:
    steps = draw(st.lists(st.tuples(intervals, analyses), min_size=1, max_size=60))
    at, script = 0.0, []
    for interval, analysis in steps:
        at += interval
        script.append((at, analysis))
    return script


@given(lessons())
def test_values_are_shares_and_none_exactly_where_unknown(lesson: list[tuple[float, Analysis]]) -> None:
    state = None
    for at, analysis in lesson:
        state, engagement = fold(state, analysis, at)
        assert (engagement.value is None) == (engagement.level is Level.UNKNOWN)
        for share in (engagement.value, engagement.presence):
            assert share is None or 0 <= share <= 1
        assert assess(state) == engagement


@given(lessons())
def test_folding_again_through_json_gives_the_same(lesson: list[tuple[float, Analysis]]) -> None:
    straight = through_json = None
    for at, analysis in lesson:
        straight, expected = fold(straight, analysis, at)
        through_json, engagement = fold(through_json, analysis, at)
        assert (through_json, engagement) == (straight, expected)
        through_json = ParticipantSignals.from_dict(json.loads(json.dumps(through_json.to_dict())))
        assert through_json == straight


@given(lessons(), analyses, st.floats(0, 1000))
def test_a_measurement_that_is_not_newer_leaves_the_state(
    lesson: list[tuple[float, Analysis]], late: Analysis, age: float
) -> None:
    state, engagement = run(lesson)
    assert fold(state, late, state.measured_at - age) == (state, engagement)


@given(lessons())
def test_no_expression_changes_the_value(lesson: list[tuple[float, Analysis]]) -> None:
    without = [(at, Analysis(a.faces, a.box, a.attention, None)) for at, a in lesson]
    assert engagement_after(lesson).value == engagement_after(without).value


@INTERVALS
def test_a_state_stays_under_two_kilobytes(every: float) -> None:
    analysis = looking(1.23456789, -2.3456789, 0.87654321, scores(Emotion.SAD, 0.2345678))
    state, _ = run([(at + 0.123456789, a) for at, a in during(3000, 4000, analysis, every=every)])
    assert len(json.dumps(state.to_dict())) < 2000


def test_a_state_is_read_as_it_was_stored_before() -> None:
    stored = json.loads(
        """{"version": 2, "measured_at": 12.5, "baseline": {"since": 0, "readings": 12, "ready": false,
        "yaw": 1.5, "pitch": -2.0, "gaze_y": -0.2, "eyes": 0.3, "first_yaw": 1.5, "first_pitch": -2.0},
        "rest": {"since": 0.0, "yaw": 1.5, "pitch": -2.0},
        "recent": [[3, 2, 2, 2, 2000], [4, 1, 1, 1, 900]], "expression": []}"""
    )
    state = ParticipantSignals.from_dict(stored)
    assert state == ParticipantSignals(
        measured_at=12.5,
        baseline=Baseline(0.0, 12, False, 1.5, -2.0, -0.2, 0.3, 1.5, -2.0),
        rest=Rest(0.0, 1.5, -2.0),
        recent=Window((Slot(3, 2, (2, 2, 2000)), Slot(4, 1, (1, 1, 900)))),
    )
    assert state.to_dict() == stored


def test_a_state_of_another_version_is_refused() -> None:
    data = run([(0, looking())])[0].to_dict() | {"version": STATE_VERSION + 1}
    with pytest.raises(UnknownStateVersion):
        ParticipantSignals.from_dict(data)


# The page that explains it


def test_the_page_names_every_weight_with_its_value() -> None:
    table = [line.split("|")[1:3] for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    told = {
        name.strip(" `"): value.strip()
        for names, values in table
        for name, value in zip(names.split(","), values.split(","), strict=True)
    }
    assert told == {name: str(value) for name, value in asdict(DEFAULT_WEIGHTS).items()}


# Borders, at a state made by hand

NOTHING = Window()


def remembered(
    *,
    faces: int = 4,
    judged: int = 4,
    attentive: int = 4000,
    readings: int = 4,
    expression: Window = NOTHING,
) -> ParticipantSignals:
    recent = Window((Slot(0, readings, (faces, judged, attentive)),))
    return ParticipantSignals(measured_at=130, recent=recent, expression=expression)


@pytest.mark.parametrize(
    ("attentive", "level"),
    [
        (2000, Level.ENGAGED),
        (1999, Level.DRIFTING),
        (1200, Level.DRIFTING),
        (1199, Level.AWAY),
    ],
)
def test_a_level_begins_at_its_border(attentive: int, level: Level) -> None:
    assert assess(remembered(attentive=attentive)).level is level


@pytest.mark.parametrize(
    ("faces", "judged", "readings", "is_known"), [(2, 2, 4, True), (2, 2, 5, False), (2, 1, 2, False)]
)
def test_two_judged_readings_and_a_face_in_half_of_them_are_enough(
    faces: int, judged: int, readings: int, is_known: bool
) -> None:
    engagement = assess(remembered(faces=faces, judged=judged, readings=readings, attentive=1000 * judged))
    assert (engagement.level is not Level.UNKNOWN) is is_known


def resembled(readings: int, uncertain: int, **permille: int) -> Window:
    sums = tuple(permille.get(emotion.value, 0) for emotion in EMOTIONS)
    return Window((Slot(0, readings, (*sums, uncertain)),))


@pytest.mark.parametrize(
    ("uncertain", "happy", "sad", "is_uncertain"),
    [(2, 3000, 1000, False), (3, 3000, 1000, True), (0, 35, 35, False), (0, 34, 34, True)],
)
def test_an_expression_is_uncertain_where_most_are_or_none_stands_out(
    uncertain: int, happy: int, sad: int, is_uncertain: bool
) -> None:
    rest = 100 - happy - sad if happy < 100 else 0
    read = resembled(4, uncertain, happy=happy, sad=sad, fear=rest // 2, neutral=rest - rest // 2)
    expression = assess(remembered(expression=read)).expression
    assert expression is not None
    assert expression.uncertain is is_uncertain


@pytest.mark.parametrize(("silence_s", "level"), [(30, Level.ENGAGED), (30.1, Level.UNKNOWN)])
def test_after_more_than_half_a_minute_without_a_reading_averages_start_again(
    silence_s: float, level: Level
) -> None:
    assert engagement_after(during(0, 60, looking()), [(59 + silence_s, looking())]).level is level


def test_after_a_long_silence_nothing_is_remembered_but_the_own_normal() -> None:
    sad = looking(yaw=10, eyes=0.9, expression=scores(Emotion.SAD))
    state, _ = run(during(0, 100, sad), [(400, looking(yaw=10, expression=scores(Emotion.HAPPY)))])
    assert state.rest is not None
    assert state.rest.since == 400
    assert (state.recent.readings, state.expression.readings) == (1, 1)
    assert state.baseline is not None
    assert state.baseline.ready


def test_a_reading_without_a_face_adds_no_attention() -> None:
    before, _ = run(during(0, 10, looking()))
    after, _ = fold(before, NO_FACE, 10)
    assert (after.recent.readings, after.recent.sums) == (11, (10, 10, 10_000))


@pytest.mark.parametrize(
    ("yaw", "pitch", "is_read"), [(30, 0, True), (30.1, 0, False), (0, -30, True), (0, -30.1, False)]
)
def test_an_expression_is_read_up_to_thirty_degrees(yaw: float, pitch: float, is_read: bool) -> None:
    turned = looking(yaw, pitch, expression=scores(Emotion.SAD))
    assert (engagement_after([(0, turned)]).expression is not None) is is_read


def test_expressions_are_kept_in_thousandths() -> None:
    state, _ = run([(0, looking(expression=scores(Emotion.SAD, uncertain=True)))])
    assert state.expression.sums == (*(700 if one is Emotion.SAD else 50 for one in EMOTIONS), 1)


def test_weights_are_the_callers() -> None:
    strict = replace(DEFAULT_WEIGHTS, engaged_from=1.1)
    state, engagement = run(during(0, 10, looking()))
    assert engagement.level is Level.ENGAGED
    assert fold(state, looking(), 10, strict)[1].level is Level.DRIFTING
    assert fold(state, looking(), 9, strict)[1].level is Level.DRIFTING


def test_the_refusal_of_a_state_names_its_version() -> None:
    with pytest.raises(UnknownStateVersion, match=r"^7$"):
        ParticipantSignals.from_dict({"version": 7})


def test_the_baseline_follows_by_time_however_often_it_is_read():
    often, seldom = (
        run(during(0, 60, looking()), during(60, 360, looking(yaw=10), every=every))[0].baseline
        for every in (1.0, 5.0)
    )
    assert often is not None and seldom is not None
    assert often.yaw == pytest.approx(seldom.yaw, abs=0.2)
    assert 3 < often.yaw < 5


def test_a_reading_that_is_just_engaged_enough_is_learned_from():
    weights = replace(DEFAULT_WEIGHTS, engaged_from=1.0)
    state = None
    for at, analysis in [*during(0, 60, looking()), *during(60, 360, looking(yaw=10))]:
        state, _ = fold(state, analysis, at, weights)
    assert state is not None and state.baseline is not None
    assert state.baseline.yaw > 3


def test_the_own_line_of_sight_loses_nothing_where_no_degree_is_free():
    weights = replace(DEFAULT_WEIGHTS, sight_free=0.0)
    state = None
    for at, analysis in during(0, 90, looking()):
        state, said = fold(state, analysis, at, weights)
    assert said.value == pytest.approx(1, abs=0.001)
