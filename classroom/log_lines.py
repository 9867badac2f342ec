"""What a line of the log looks like: as text or as JSON, and in either without what belongs to a person.

An address of a page may hold the secret of a link, so its pattern is written in its place; what PostgreSQL
tells of a row that it refused holds the row, so that is left out.
"""

import json
import logging
import re
from datetime import UTC, datetime

DETAIL = re.compile(r"^(?:DETAIL|CONTEXT|LINE \d+):.*?(?=^\s*$|\Z)", re.MULTILINE | re.DOTALL)
NO_PAGE = "(no such page)"


class PlainLines(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return without_details(super().format(_without_address(record)))


class JsonLines(logging.Formatter):
    """An object a line: `time` (UTC), `level`, `logger`, `process`, `message`, perhaps `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        record = _without_address(record)
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": without_details(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = without_details(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def without_details(text: str) -> str:
    """Of an error of PostgreSQL, what went wrong and not with which values."""
    return DETAIL.sub("", text)


def _without_address(record: logging.LogRecord) -> logging.LogRecord:
    """Django names the path that was asked for in a line of its own about each answer that is an error."""
    request = getattr(record, "request", None)
    path = getattr(request, "path", None)
    if not path:
        return record
    match = getattr(request, "resolver_match", None)
    changed = logging.makeLogRecord(record.__dict__)
    changed.msg, changed.args = (
        record.getMessage().replace(path, f"/{match.route}" if match else NO_PAGE),
        None,
    )
    return changed
