"""A sliding window: what it adds, what it forgets."""

import pytest

from emotion.judgement.window import Slot, Window, WindowShape

SHAPE = WindowShape(span_s=20, slot_s=2.5)


def test_readings_of_one_slot_are_added_and_another_begins_at_its_border() -> None:
    window = Window().add(0, (1, 10), SHAPE).add(2.4, (0, 5), SHAPE).add(2.5, (1, 1), SHAPE)
    assert window.slots == (Slot(0, 2, (1, 15)), Slot(1, 1, (1, 1)))
    assert (window.readings, window.sums) == (3, (2, 16))


def test_sums_of_other_things_are_not_added_up() -> None:
    with pytest.raises(ValueError, match="zip"):
        Window().add(0, (1, 10), SHAPE).add(1, (1,), SHAPE)


@pytest.mark.parametrize(("before", "kept"), [(2.4, [0, 1, 2]), (2.5, [1, 2]), (4.9, [1, 2]), (5, [2])])
def test_a_slot_is_forgotten_once_all_of_it_is_past(before: float, kept: list[int]) -> None:
    window = Window(tuple(Slot(number, 1, (1,)) for number in range(3)))
    assert [slot.number for slot in window.forget(before, SHAPE).slots] == kept


@pytest.mark.parametrize(("interval_s", "oldest"), [(1, 80), (6.5, 80), (7, 79), (20, 40)])
def test_it_looks_back_its_span_or_three_readings(interval_s: float, oldest: float) -> None:
    assert SHAPE.oldest(100, interval_s) == oldest
