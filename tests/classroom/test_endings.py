"""The list of what ended: numbers and no names, and a line that is not understood stops all of it."""

import pytest

from classroom.endings import CHOICES, Ending, Kind, NotAnEnding, read_endings, write_endings
from classroom.models.guardians import NARROWEST_FIRST


def test_a_list_is_read_as_it_is_written():
    endings = [Ending(Kind.PLACE_ERASED, 12), Ending(Kind.ANSWER_NARROWED, 5, "no_camera")]
    endings += [Ending(Kind.MINUTES_STRUCK, 31, "3-7"), Ending(Kind.MEMBER_ERASED, 6, "1d" * 32)]
    assert read_endings(write_endings("mine", endings)) == ("mine", endings)


def test_a_list_that_somebody_typed_needs_neither_beginning_nor_end():
    assert read_endings("\nplace-erased 12  # Kim's\n") == (None, [Ending(Kind.PLACE_ERASED, 12)])


def test_of_a_list_that_was_written_and_breaks_off_nothing_is_read():
    """A disk that was full, or a copy that was cut: what is missing would come back."""
    whole = write_endings("mine", [Ending(Kind.PLACE_ERASED, 12), Ending(Kind.CONSENT_WITHDRAWN, 1234)])
    for left in range(1, len(whole) - 1):
        with pytest.raises(NotAnEnding):
            read_endings(whole[:left])


@pytest.mark.parametrize(
    "line",
    [
        "place 12",
        "place-erased",
        "place-erased Kim",
        "place-erased 12 13",
        "place-erased ١٢",
        "answer-narrowed 5",
        "answer-narrowed 5 everything",
        "minutes-struck 31 3",
        "account-deleted 7 no_camera now",
        "member-erased 6 Kim",
    ],
)
def test_a_line_that_is_not_understood_stops_all_of_it(line):
    with pytest.raises(NotAnEnding, match="Line 2 is not known"):
        read_endings(f"place-erased 1\n{line}\n")


def test_what_a_guardian_may_allow_is_narrowed_in_the_order_of_the_answers():
    assert tuple(map(str, NARROWEST_FIRST)) == CHOICES
