"""A sliding window over lesson time, kept as integer sums: small, exact, the same on every replay."""

from dataclasses import dataclass

MIN_READINGS = 3


@dataclass(frozen=True, slots=True)
class Slot:
    """Sums over one slice of lesson time. `number` counts slices from the lesson's start."""

    number: int
    readings: int
    sums: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WindowShape:
    """How far a window looks back and how finely it forgets, in seconds."""

    span_s: float
    slot_s: float

    def oldest(self, at: float, interval_s: float) -> float:
        """The time before which is forgotten: the span, or about three readings where those are rarer."""
        return at - max(self.span_s, MIN_READINGS * interval_s)


@dataclass(frozen=True, slots=True)
class Window:
    """The slots still remembered, oldest first."""

    slots: tuple[Slot, ...] = ()

    def add(self, at: float, values: tuple[int, ...], shape: WindowShape) -> "Window":
        number = int(at // shape.slot_s)
        if self.slots and self.slots[-1].number == number:
            last = self.slots[-1]
            sums = tuple(a + b for a, b in zip(last.sums, values, strict=True))
            return Window((*self.slots[:-1], Slot(number, last.readings + 1, sums)))
        return Window((*self.slots, Slot(number, 1, values)))

    def forget(self, before: float, shape: WindowShape) -> "Window":
        return Window(tuple(slot for slot in self.slots if (slot.number + 1) * shape.slot_s > before))

    @property
    def readings(self) -> int:
        return sum(slot.readings for slot in self.slots)

    @property
    def sums(self) -> tuple[int, ...]:
        """Sums over the whole window, empty where it is."""
        return tuple(sum(column) for column in zip(*(slot.sums for slot in self.slots), strict=True))

    def to_list(self) -> list[list[int]]:
        return [[slot.number, slot.readings, *slot.sums] for slot in self.slots]

    @classmethod
    def from_list(cls, rows: list[list[int]]) -> "Window":
        return cls(tuple(Slot(number, readings, tuple(sums)) for number, readings, *sums in rows))
