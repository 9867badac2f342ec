"""A table of text, for the terminal and for a page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Text in rows as long as the head; the first column names them."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        """The title and the rows in columns, the first to the left, the others to the right."""
        lines = (self.head, *self.rows)
        first, *others = (max(map(len, column)) for column in zip(*lines, strict=True))
        drawn = [self.title]
        for name, *cells in lines:
            aligned = [cell.rjust(width) for cell, width in zip(cells, others, strict=True)]
            drawn.append("  ".join([name.ljust(first), *aligned]).rstrip())
        return "\n".join(drawn)
