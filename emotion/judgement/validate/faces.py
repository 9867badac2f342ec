"""In how many pictures a face was found, and of whom in far fewer: who is not seen is unknown."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

FEW = 0.9


@dataclass(frozen=True, slots=True)
class Faces:
    """Shares of pictures in which a face was found, of all and of whom it was lowest; `few` are the people
    with less than nine in ten.
    """

    pictures: int
    share: float
    people: int
    lowest: float
    few: int


def faces(seen: Iterable[tuple[str, bool]]) -> Faces:
    """From whose picture it is, and whether a face was found in it."""
    by_person: dict[str, list[bool]] = defaultdict(list)
    for person, is_found in seen:
        by_person[person].append(is_found)
    shares = [sum(one) / len(one) for one in by_person.values()]
    everything = [one for each in by_person.values() for one in each]
    return Faces(
        pictures=len(everything),
        share=round(sum(everything) / len(everything), 4),
        people=len(shares),
        lowest=round(min(shares), 4),
        few=sum(share < FEW for share in shares),
    )
