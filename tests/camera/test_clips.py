"""Clips are read as meant by the shipped network, and the committed table says what it reads."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.labels import EMOTIONS, Emotion
from emotion.model_card import ModelCard
from emotion.pipeline import EXPRESSION_FILE, Analyser
from emotion.values import Analysis, Attention, EmotionScores
from worker.simulation.camera.clips import CLIPS, FRAMES, ClipTable, Filming, LookSummary, Meaning, load_table
from worker.simulation.camera.clips.table import is_as_meant, read_clip, summary, write_table
from worker.simulation.camera.portrait import LOOKS

MODELS = Path(__file__).parents[2] / "models"
TABLE = load_table()
NOBODY = Analysis(faces=0)


def analysis(
    top: Emotion = Emotion.NEUTRAL,
    *,
    faces: int = 1,
    yaw: float = 0.0,
    pitch: float = 0.0,
    eyes: float = 1.0,
    uncertain: bool = False,
) -> Analysis:
    probabilities = tuple(0.7 if emotion is top else 0.05 for emotion in EMOTIONS)
    return Analysis(
        faces=faces,
        attention=Attention(yaw, pitch, 0.0, eyes, 0.0, 0.0),
        expression=EmotionScores(probabilities, uncertain),
    )


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser.load(MODELS)


@pytest.mark.parametrize(
    ("meaning", "seen", "expected"),
    [
        (Meaning(expression=Emotion.SAD), analysis(Emotion.SAD), True),
        (Meaning(expression=Emotion.SAD), analysis(Emotion.NEUTRAL), False),
        (Meaning(expression=Emotion.SAD), analysis(Emotion.SAD, faces=2), False),
        (Meaning(), analysis(Emotion.ANGRY), True),
        (Meaning(), analysis(yaw=15.5), False),
        (Meaning(), analysis(pitch=-15.5), False),
        (Meaning(), NOBODY, False),
        (Meaning(yaw=(33, 70), pitch=None), analysis(yaw=40, pitch=-40), True),
        (Meaning(yaw=(33, 70)), analysis(yaw=-40), False),
        (Meaning(), analysis(eyes=0.4), False),
        (Meaning(eyes="closed"), analysis(eyes=0.1), True),
        (Meaning(eyes="closed"), analysis(eyes=0.3), False),
        (Meaning(eyes=None), analysis(eyes=0.3), True),
        (Meaning(face=False), NOBODY, True),
        (Meaning(face=False, yaw=None, pitch=None, eyes=None), analysis(), False),
    ],
)
def test_a_picture_is_read_as_meant_or_not(meaning: Meaning, seen: Analysis, expected: bool) -> None:
    assert is_as_meant(meaning, seen) is expected


def test_a_reading_sums_up_what_was_seen() -> None:
    seen = [analysis(Emotion.SAD), analysis(Emotion.SAD, yaw=6), analysis(uncertain=True), NOBODY]
    reading = summary(4, Meaning(expression=Emotion.SAD), seen)
    assert (reading.look, reading.faces, reading.as_meant, reading.certain) == (4, 0.75, 0.5, 0.5)
    assert reading.tops == {"sad": 0.5, "neutral": 0.25}
    assert reading.probabilities is not None
    assert reading.probabilities[EMOTIONS.index(Emotion.SAD)] == pytest.approx(
        (0.7 + 0.7 + 0.05) / 3, abs=1e-3
    )
    assert (reading.yaw, reading.eye_openness) == (2.0, 1.0)
    assert not reading.is_usable


def test_without_a_face_there_are_no_means() -> None:
    reading = summary(0, Meaning(face=False), [NOBODY, NOBODY])
    assert (reading.probabilities, reading.yaw, reading.tops) == (None, None, {})
    assert reading.is_usable


READING = summary(0, Meaning(), [analysis()] * 8)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (READING, True),
        (replace(READING, yaw=2.0), True),
        (replace(READING, yaw=4.0), False),
        (replace(READING, yaw=None), False),
        (replace(READING, pitch=-4.0), False),
        (replace(READING, faces=0.75), False),
        (replace(READING, as_meant=0.5), False),
        (replace(READING, probabilities=(0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.65)), True),
        (replace(READING, probabilities=(0.2, 0.05, 0.05, 0.05, 0.05, 0.05, 0.55)), False),
    ],
)
def test_a_reading_that_moved_is_noticed(other: LookSummary, alike: bool) -> None:
    assert READING.resembles(other) is alike


def test_the_table_survives_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = ClipTable("abc", {"attentive": (READING, summary(1, Meaning(), [NOBODY]))})
    write_table(table, tmp_path / "table.json")
    monkeypatch.setattr("worker.simulation.camera.clips.table.resources.files", lambda package: tmp_path)
    assert load_table() == table
    assert load_table().usable("attentive") == {0}


def test_clips_are_jpegs_that_repeat_after_the_last_frame() -> None:
    filming = Filming(LOOKS[1])
    first = filming.jpeg("attentive", 0)
    assert filming.jpeg("attentive", FRAMES) is first
    assert filming.jpeg("attentive", 1) != first
    assert first.startswith(b"\xff\xd8\xff") and 4_000 < len(first) < 30_000
    assert cv2.imdecode(np.frombuffer(first, np.uint8), cv2.IMREAD_COLOR).shape == (240, 320, 3)
    assert Filming(LOOKS[1]).jpeg("attentive", 0) == first


# --- the shipped network ---------------------------------------------------------------------------------


def test_the_table_was_measured_with_the_shipped_network() -> None:
    card = ModelCard.load((MODELS / EXPRESSION_FILE).with_suffix(".json"))
    assert TABLE.weights_sha256 == card.sha256, "measure the clips again: docs/simulation.md"


def test_the_table_holds_every_clip_in_every_look() -> None:
    assert {clip: [row.look for row in rows] for clip, rows in TABLE.readings.items()} == {
        clip: list(range(len(LOOKS))) for clip in CLIPS
    }


@pytest.mark.parametrize(("clip", "look"), [(clip, number % len(LOOKS)) for number, clip in enumerate(CLIPS)])
def test_the_network_still_reads_what_the_table_says(analyser: Analyser, clip: str, look: int) -> None:
    recorded = TABLE.readings[clip][look]
    assert recorded.resembles(read_clip(analyser, Filming(LOOKS[look]), clip, look))


def test_every_look_can_show_every_clip() -> None:
    assert {clip: TABLE.usable(clip) for clip in CLIPS} == dict.fromkeys(CLIPS, frozenset(range(len(LOOKS))))
