"""How figures stand in a table of Markdown."""

from collections.abc import Iterable, Sequence

from benchmarks.arithmetic import Shares, Spread
from benchmarks.figures import Processor, Sending

TOO_FEW = "too few"
PROCESSES = ("web", "worker", "postgres", "redis", "reports", "beat")
Rows = Sequence[Sequence[str]]


def draw_table(head: Sequence[str], rows: Rows) -> str:
    """Its columns as wide as what stands in them; nothing where there are no rows."""
    if not rows:
        return ""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(f"| {' | '.join(_padded(line, widths))} |" for line in lines)


def _padded(line: Iterable[str], widths: Iterable[int]) -> Iterable[str]:
    return (cell.ljust(width) for cell, width in zip(line, widths, strict=True))


def spread(it: Spread) -> str:
    """In milliseconds."""
    found = (it.p50, it.p95, it.p99)
    told = ", ".join(number(1000 * each if each is not None else None, 0) for each in found)
    return f"{told} ({it.count} of {it.expected})"


def share(it: Shares) -> str:
    if it.together is None or it.least is None or it.most is None:
        return TOO_FEW
    return f"{it.together:.1%} ({it.least:.0%} to {it.most:.0%})"


def costs(it: Processor, sending: Sending) -> list[str]:
    parts = [number(it.ms[name], 1) for name in PROCESSES]
    client = [percent(it.client), number(sending.late_p99_ms, 0), percent(it.others)]
    return [*parts, number(it.system_ms, 1), *client]


def refused(sending: Sending) -> str:
    told = [f"{count} {code}" for code, count in sorted(sending.refused.items())]
    if sending.reconnects:
        told.append(f"{sending.reconnects} sockets lost")
    return ", ".join(told) or "none"


def over(above: float | None, below: float | None) -> str:
    return f"{above / below:.1f}" if above is not None and below else TOO_FEW


def percent(value: float) -> str:
    return f"{value:.1%}"


def number(value: float | None, digits: int, *, missing: str = TOO_FEW) -> str:
    return missing if value is None else f"{value:.{digits}f}"
