"""The lines of a journal: whatever is read comes back from them, also from those of an older version."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion.pictures.errors import JournalError
from emotion.pictures.journal import READINGS, Journal
from emotion.pictures.reading import FaceReading, FrameReading
from emotion.values import Attention, EmotionScores, FaceBox

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SCORES = st.builds(EmotionScores, st.lists(FINITE).map(tuple), st.booleans())
FACES = st.builds(
    FaceReading,
    st.builds(FaceBox, *[FINITE] * 4),
    st.builds(Attention, *[FINITE] * 6),
    st.none() | SCORES,
    st.text(),
)
COUNTS = st.integers(0, 2**40)
READ = st.builds(
    FrameReading, st.text(), st.none() | COUNTS, COUNTS, COUNTS, st.lists(FACES).map(tuple), st.text()
)


@given(READ)
def test_a_line_is_read_bit_for_bit_as_it_was_written(reading: FrameReading) -> None:
    line = msgspec.json.encode(reading)
    assert b"\n" not in line
    assert repr(READINGS.decode(line)) == repr(reading)


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"[]", b"{}", b'{"source":1,"at_ms":null}', b'{"source":"a","at_ms":null,"faces":[{}]}'),
        b'{"source":"\xff","at_ms":null}',
    ],
)
def test_a_line_that_is_no_reading_ends_what_was_read(line: bytes, tmp_path: Path) -> None:
    whole = b'{"source":"a.jpg","at_ms":null}\n'
    (tmp_path / "journal").write_bytes(b"{}\n" + whole + line + b"\n" + whole)
    with Journal.open(tmp_path / "journal", {}, fresh=False) as journal:
        assert list(journal.readings()) == [FrameReading("a.jpg", None)]


def test_a_journal_whose_first_line_is_no_text_is_another_file(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b'{"of":"\xff"}\n')
    with pytest.raises(JournalError, match="is not the journal of a run"):
        Journal.open(tmp_path / "journal", {"of": "it"}, fresh=False)


def test_a_journal_written_before_is_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text(
        '{"of":"it"}\n'
        '{"source":"a\\u00e9.jpg","at_ms":null,"width":640,"height":480,"faces":[{"box":{"left":0.5,"top":1e-05,'
        '"width":0.25,"height":0.25},"attention":{"yaw":-0.0,"pitch":1.0,"roll":2.0,"eye_openness":1.0,'
        '"gaze_x":0.0,"gaze_y":0},"expression":{"probabilities":[0.5,0.5],"uncertain":false},"error":""}],'
        '"error":""}\n'
        '{"source":"b.jpg","at_ms":1'
    )
    face = FaceReading(
        FaceBox(0.5, 1e-05, 0.25, 0.25), Attention(-0.0, 1, 2, 1, 0, 0), EmotionScores((0.5, 0.5), False)
    )
    with Journal.open(tmp_path / "journal", {"of": "it"}, fresh=False) as journal:
        assert list(journal.readings()) == [FrameReading("a\u00e9.jpg", None, 640, 480, (face,))]
