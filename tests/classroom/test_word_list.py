"""The words for which a question waits for the teacher: whole words, in any case and with any accents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.word_list import LOOK_ALIKES, WordList, one_line


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
        ("bad", "\u24b7\u24b6\U0001d589", True),
        ("office", "o\ufb03ce", True),
        ("peace", "\u0440\u0435\u0430\u0441\u0435", True),
        ("peace", "\u03a1\u0395ace", True),
        ("peace", "\u0440\u0451\u0301ace", True),
        ("\u0441\u043e\u0440", "Write c\u043e\u0440", True),
        ("bad", "you are b a d", True),
        ("bad", "b. a.  d!", True),
        ("bad", "a B.A.D teacher", True),
        ("shut up", "S H U T U P", True),
        ("peace", "\u0440 e \u0430 c e", True),
    ],
)
def test_a_word_of_the_list_is_met_as_a_whole(words, text, is_held):
    assert WordList.read(words).holds(text) is is_held


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("ass", "Is a+s+s the same as 3 a?"),
        ("ass", "Take a, s, s and b."),
        ("ass", "Is the mass as sure as s?"),
        ("eg", "Why, e. g., does it fall?"),
        ("ie", "The rest, i. e. nothing?"),
        ("as", "Is it A. S. Pushkin?"),
        ("ban", "Is option b an answer?"),
        ("ban", "Does b. An example help?"),
        ("bad", "What are b, a and d?"),
        ("bad", "Is 6 a 4?"),
        ("\u0441\u043e\u0440", "Is a cop a person, \u0438 \u0434\u0430?"),
        ("hot", "\u041d\u043e\u0442\u044b \u0438 \u043d\u043e\u0442\u0430"),
        (
            "pop",
            "\u043f\u043e\u043f\u0440\u043e\u0431\u0443\u0439?",
        ),
        ("crap", "Is x\u0304 the mean, and \u03c3 the spread?"),
    ],
)
def test_an_ordinary_sentence_is_not_held(words, text):
    assert not WordList.read(words).holds(text)


LATIN = st.text("abcdehijkmnopqrstuvwxyz", min_size=3, max_size=12)
ALIKE = {}
for theirs, ours in LOOK_ALIKES.items():
    ALIKE.setdefault(chr(ours).lower(), [chr(ours).lower()]).append(chr(theirs))


@given(LATIN, st.data())
def test_a_word_is_met_with_any_letters_that_look_like_its_own(word, data):
    drawn = "".join(data.draw(st.sampled_from(ALIKE.get(letter, [letter]))) for letter in word)
    marks = data.draw(st.lists(st.sampled_from(["", "\u0301", "\u0336", "\u200d"]), min_size=len(word)))
    dressed = "".join(letter + mark for letter, mark in zip(drawn, marks, strict=False))
    assert WordList.read(word).holds(f"What a {dressed}!")


@given(LATIN, st.lists(st.sampled_from([" ", ".", ". ", "  ", " . "]), min_size=12, max_size=12))
def test_a_word_is_met_that_is_spelled_letter_by_letter(word, between):
    spelled = "".join(letter + gap for letter, gap in zip(word, between, strict=False)).rstrip(" .")
    assert WordList.read(word).holds(f"You {spelled}, you")
    assert WordList.read(word).holds(f"You are a {spelled}")


def test_the_table_maps_letters_to_one_latin_letter_each():
    for theirs, ours in LOOK_ALIKES.items():
        assert chr(theirs).isalpha() and not chr(theirs).isascii()
        assert chr(ours).isalpha() and chr(ours).isascii()
        assert chr(theirs).isupper() == chr(ours).isupper()


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
