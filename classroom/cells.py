"""What may stand in a cell of a table that a spreadsheet opens."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as something else."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")

Cell = str | int | float | None


def safe(cell: Cell) -> Cell:
    """A text that a spreadsheet would run as a formula, marked as text by an apostrophe."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
