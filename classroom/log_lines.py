"""What a line of the log looks like: as text or as JSON, and in either without what belongs to a person.

An address of a page may hold the secret of a link, so its pattern is written in its place; what PostgreSQL
tells of a row that it refused holds the row, and what a mail server says names whom the mail was for, so
both are left out.
"""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from classroom.quiet import DATABASE_ERRORS

# As PostgreSQL says it in English; in a traceback of several each line has a margin.
DETAIL = re.compile(
    r"^[ |]*(?:DETAIL|CONTEXT|LINE \d+):.*?"
    r"(?=^[ |]*(?:(?:The above|During handling of the above) exception|\+-)|\Z)",
    re.MULTILINE | re.DOTALL,
)
DETAIL_IN_REPR = re.compile(r"\\+n(?:DETAIL|CONTEXT|LINE \d+):.*")
ELSEWHERE = re.compile(r"(\w+://[^/?#\s]+)[/?#]\S*")
NO_PAGE = "(no such page)"
# Of a mail server and of PostgreSQL: what it says holds addresses, or a value that does not fit.
MAIL_ERRORS = (SMTPRecipientsRefused, SMTPResponseException)
BAD_VALUE = "22"


class PlainLines(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return super().format(_without_address(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name that is called
        return without_details(super().formatMessage(record), *_errors_of(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return without_details(super().formatException(ei), ei[1])


class JsonLines(logging.Formatter):
    """An object a line: `time` (UTC), `level`, `logger`, `process`, `message`, perhaps `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        record = _without_address(record)
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": without_details(record.getMessage(), *_errors_of(record)),
        }
        if record.exc_info:
            line["exception"] = without_details(self.formatException(record.exc_info), record.exc_info[1])
        # In ASCII: who reads lines may take more for the end of one than a line feed.
        return json.dumps(line)


def without_details(text: str, *errors: BaseException | None) -> str:
    """Of an error of PostgreSQL, what went wrong and not with which values; of a mail server the code.

    `errors` are those that the text may tell of, whatever language PostgreSQL says it in.
    """
    for error in _all_of(errors):
        if whole := str(error):
            text = _as_written(whole).sub(_in_short(error).replace("\\", r"\\"), text)
    return DETAIL_IN_REPR.sub("", DETAIL.sub("", text))


def _errors_of(record: logging.LogRecord) -> list[BaseException]:
    told = [*record.args] if isinstance(record.args, tuple) else []
    if record.exc_info:
        told.append(record.exc_info[1])
    return [one for one in told if isinstance(one, BaseException)]


def _all_of(errors: tuple[BaseException | None, ...]) -> Iterator[BaseException]:
    """Those that say too much among these, what they come from and what they hold."""
    found, seen = [*errors], set()
    while found:
        error = found.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        found += [error.__cause__, error.__context__, *getattr(error, "exceptions", ())]
        if isinstance(error, (*DATABASE_ERRORS, *MAIL_ERRORS)):
            yield error


def _as_written(whole: str) -> re.Pattern[str]:
    """In a text, with a margin in a traceback of several, or as `repr` has it."""
    lines = whole.rstrip("\n").split("\n")
    return re.compile(r"(?:\n[ |]*|\\+n)".join(map(re.escape, lines)))


def _in_short(error: BaseException) -> str:
    if isinstance(error, MAIL_ERRORS):
        return str(getattr(error, "smtp_code", "no recipient was accepted"))
    code = getattr(error, "pgcode", None) or getattr(error.__cause__, "pgcode", None) or ""
    return f"SQLSTATE {code}" if code.startswith(BAD_VALUE) else str(error).partition("\n")[0]


def _without_address(record: logging.LogRecord) -> logging.LogRecord:
    """Django names the path that was asked for in a line of its own about each answer that is an error.

    It escapes what is not ASCII, and a forged request is told with the page that it came from.
    """
    request = getattr(record, "request", None)
    path = getattr(request, "path", None)
    if not path:
        return record
    match = getattr(request, "resolver_match", None)
    told, place = record.getMessage(), f"/{match.route}" if match else NO_PAGE
    for written in (path.encode("unicode_escape").decode("ascii"), path):
        told = told.replace(written, place) if written != "/" else told
    changed = logging.makeLogRecord(record.__dict__)
    changed.msg, changed.args = ELSEWHERE.sub(r"\1", told), None
    return changed
