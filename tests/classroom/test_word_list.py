"""The words for which a question waits for the teacher: whole words, in any case and with any accents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.word_list import WordList, one_line


@pytest.mark.parametrize(
    ("words", "text", "is_held"),
    [
        ("ass", "What an ass!", True),
        ("ass", "Is the class over?", False),
        ("ÄRGER", "so viel ärger_hier", True),
        ("Strasse", "Straße", True),
        ("no way", "No,  WAY", True),
        ("no way", "no other way", False),
        ("\n  \n...\n", "anything ...", False),
        ("", "anything", False),
        ("\uff42\uff41\uff44", "bad", True),
        ("глупый", "ГЛУПЫЙ вопрос", True),
        ("bad", "b\u200da\u200cd", True),
        ("bad", "b\u20dda\u0336d\u034f\ufe0f", True),
    ],
)
def test_a_word_of_the_list_is_met_as_a_whole(words, text, is_held):
    assert WordList.read(words).holds(text) is is_held


@pytest.mark.parametrize("typed", ["\u3164\u2800", "\u200d", "\u0301\u20dd", "\u115f \uffa0\u1160", "\ufe0f"])
def test_what_is_drawn_as_nothing_is_an_empty_line(typed):
    assert one_line(typed) == ""


@given(st.text())
def test_any_text_becomes_one_line_without_controls_and_stays_so(text):
    line = one_line(text)
    assert line == one_line(line) == " ".join(line.split())
    assert line.isprintable() or "\u200c" in line or "\u200d" in line


@given(st.text(), st.text())
def test_any_list_may_be_written_and_any_text_compared_with_it(words, text):
    assert WordList.read(words).holds(text) in (True, False)
