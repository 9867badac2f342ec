"""How many of the broken places were noticed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    killed: int
    of: int

    def __add__(self, other: "Score") -> "Score":
        return Score(self.killed + other.killed, self.of + other.of)

    def __str__(self) -> str:
        percent = 100 * self.killed / self.of if self.of else 0.0
        return f"killed {self.killed} of {self.of}: {percent:.1f} %"
