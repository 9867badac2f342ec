"""One student's lesson from half-minute blocks: a table for each question."""

import pytest

from emotion.judgement.engagement import Level
from emotion.labels import EMOTIONS, Emotion
from emotion.values import Clarity
from tests.reports.values import a_block, an_individual, some_blocks

SAD = tuple(30_000 if one is Emotion.SAD else 0 for one in EMOTIONS)
NO_FACE = {
    "faces": 0,
    "engaged": 0,
    "engagements": 0,
    "engagement_permille": 0,
    "expressions": 0,
    "certain": 0,
    "expression_sums": (0,) * 7,
}


@pytest.mark.parametrize(
    ("engaged", "drifting", "away", "level"),
    [
        (30, 0, 0, Level.ENGAGED),
        (10, 20, 0, Level.DRIFTING),
        (10, 5, 15, Level.AWAY),
        (15, 15, 0, Level.ENGAGED),
        (14, 0, 0, Level.UNKNOWN),
        (0, 0, 0, Level.UNKNOWN),
    ],
)
def test_a_block_has_the_commonest_level_if_most_readings_have_one(engaged, drifting, away, level):
    (block,) = some_blocks(a_block(engaged=engaged, drifting=drifting, away=away))
    assert block.level is level


@pytest.mark.parametrize(
    ("fields", "expression", "uncertain"),
    [
        ({}, Emotion.NEUTRAL, False),
        ({"expression_sums": SAD}, Emotion.SAD, False),
        ({"expression_sums": SAD, "certain": 14}, None, True),
        ({"expression_sums": SAD, "certain": 15}, Emotion.SAD, False),
        (NO_FACE, None, False),
    ],
    ids=["neutral", "sad", "mostly uncertain", "half certain", "no face"],
)
def test_a_block_names_an_expression_only_if_most_readings_do(fields, expression, uncertain):
    blocks = some_blocks(a_block(**fields))
    assert ([one.expression for one in blocks], blocks.are_uncertain) == ([expression], [uncertain])


def test_shares_are_of_what_was_measured():
    away = {"engaged": 0, "away": 30}
    blocks = [a_block(0), a_block(30), a_block(60, **away), a_block(90, **away), a_block(120, **NO_FACE)]
    found = an_individual(7, blocks, taught_s=300)
    assert found.level_shares == {Level.ENGAGED: 0.5, Level.DRIFTING: 0.0, Level.AWAY: 0.5}
    assert (found.measured_minutes, found.camera_minutes, found.coverage) == (2.0, 2.5, 0.5)
    assert found.face_share == pytest.approx(0.8)


def test_the_commonest_expression_comes_first():
    blocks = [a_block(0), *(a_block(30 * i, expression_sums=SAD) for i in (1, 2)), a_block(90, certain=0)]
    found = an_individual(7, blocks, taught_s=120)
    assert found.commonest_expression is Emotion.SAD
    assert found.expression_shares == {Emotion.SAD: 0.5, Emotion.NEUTRAL: 0.25}
    assert found.uncertain_share == 0.25


def test_a_block_is_as_clear_as_the_mean_of_its_readings():
    faint = (0, 0, 0, 0, 21_000, 0, 9_000)
    fainter = (0, 0, 0, 0, 20_000, 0, 10_000)
    given = [
        a_block(0, expression_sums=fainter),
        a_block(30, expression_sums=faint),
        a_block(60, certain=0),
        a_block(90, **NO_FACE),
    ]
    told = [Clarity.WEAKLY, Clarity.CLEARLY, Clarity.NOT_SURE, Clarity.NOT_SURE]
    assert [block.clarity for block in some_blocks(*given, clear_from=0.7)] == told
    found = an_individual(7, given, taught_s=120, clear_from=0.7)
    assert found.expression_shares[Emotion.SAD] == pytest.approx(2 / 3)
    assert found.clear_shares == {Emotion.SAD: pytest.approx(1 / 3)}


@pytest.mark.parametrize(
    ("without_face", "with_face", "absent"),
    [(10, 0, True), (9, 0, False), (17, 3, True), (16, 4, False), (0, 10, False)],
)
def test_absence_is_a_camera_that_hardly_ever_sees_a_face(without_face, with_face, absent):
    blocks = [a_block(30 * i, **NO_FACE) for i in range(without_face)]
    blocks += [a_block(30 * (without_face + i)) for i in range(with_face)]
    assert an_individual(7, blocks, taught_s=2700).absent is absent


@pytest.mark.parametrize("taught_s", [0, 30])
def test_coverage_stays_a_share(taught_s):
    assert 0 <= an_individual(7, [a_block(0), a_block(30)], taught_s=taught_s).coverage <= 1


def test_nothing_measured_is_no_share_of_anything():
    found = an_individual(7, [], taught_s=2700)
    assert (found.coverage, found.level_shares, found.commonest_expression, found.absent) == (
        0,
        {},
        None,
        False,
    )
