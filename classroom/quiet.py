"""An outage of PostgreSQL or Redis is one line a minute in a program's log, and one line when it is over.

All lines of a program pass `QuietHandler`. A record whose exception says that one of them does not answer
is held back and counted; everything else passes as it is, with the tracebacks of faults.
"""

import fcntl
import logging
import mmap
import os
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass
from enum import Enum
from traceback import walk_tb
from typing import TextIO

import django.db
import kombu.exceptions
import psycopg2
import redis
from billiard.exceptions import WorkerLostError
from celery.beat import SchedulingError
from django.conf import settings

logger = logging.getLogger(__name__)

SAID_EVERY_S, ASKED_EVERY_S, ANSWERS_WITHIN_S = 60.0, 1.0, 5.0
NOT_READY = 503

DATABASE_ERRORS = (django.db.DatabaseError, django.db.InterfaceError, psycopg2.Error)
REDIS_ERRORS = (redis.ConnectionError, redis.TimeoutError, kombu.exceptions.OperationalError)
# Connection lost, no room for another one, server stopping or starting. Not a deadlock, nor a statement that
# took too long.
AWAY_CODES = ("08", "53", "57P")
DISK_FULL_CODE = "53100"
# What these speak to is a Redis alone, so a bare error of the network means it.
USERS_OF_REDIS = (
    "celery.beat",
    "celery.worker",
    "kombu",
    "channels_redis",
    "classroom.wire.events",
    "classroom.wire.bell",
)


class Service(Enum):
    """What can be away; the value is its name in a sentence.

    REDIS is the one server of an install that has no more; else three share its work.
    """

    DATABASE = "The database"
    DISK = "The disk of the database"
    REDIS = "Redis"
    BROKER = "The broker"
    MAILBOX = "The mailbox"
    LAYER = "The channel layer"

    @property
    def complaint(self) -> str:
        return f"{self.value} is full" if self is Service.DISK else f"{self.value} does not answer"

    def answers(self) -> bool:
        try:
            _ask_database() if self is Service.DATABASE else _ask_redis(redis_servers()[self])
        except (*DATABASE_ERRORS, *REDIS_ERRORS):
            return False
        return True


# Who speaks to which Redis: the longest name that fits a module decides.
SPEAKS_TO = {
    "celery": Service.BROKER,
    "kombu": Service.BROKER,
    "classroom.wire.bell": Service.BROKER,
    "channels_redis": Service.LAYER,
    "classroom.wire.layer": Service.LAYER,
    "classroom.wire": Service.MAILBOX,
    "django.core.cache": Service.MAILBOX,
}
SAYS_OF_ALL = "classroom.wire.answers"  # whose errors are of whichever server was asked


def redis_servers() -> dict[Service, str]:
    """The address of each Redis of this install."""
    urls = {
        Service.BROKER: settings.BROKER_URL,
        Service.MAILBOX: settings.MAILBOX_URL,
        Service.LAYER: settings.LAYER_URL,
    }
    return urls if len(set(urls.values())) > 1 else {Service.REDIS: settings.MAILBOX_URL}


def service_away(error: BaseException | None, told_by: str = "") -> Service | None:
    """The service that does not answer, where that is what the exception comes from.

    `told_by` names the logger that told of it: an exception without a traceback says no more.
    """
    if error is None:
        return None
    if isinstance(error, BaseExceptionGroup):
        found = {service_away(each, told_by) for each in error.exceptions}
        return found.pop() if len(found) == 1 else None
    if isinstance(error, REDIS_ERRORS) or _is_of_closed_transport(error):
        # A pool that is used up is a fault of ours.
        return None if isinstance(error, redis.MaxConnectionsError) else _redis_service(error, told_by)
    if isinstance(error, DATABASE_ERRORS):
        return _database_service(error)
    # Beat names no cause for a task that it could not send.
    is_of_beat = isinstance(error, SchedulingError)
    return service_away(error.__cause__ or (error.__context__ if is_of_beat else None), told_by)


def _is_of_closed_transport(error: BaseException) -> bool:
    """The event loop has no error of the network for what is written after a connection broke."""
    return isinstance(error, RuntimeError) and "redis.asyncio.connection" in _callers(error)


def _redis_service(error: BaseException, told_by: str) -> Service:
    """Which Redis: that of the innermost caller who speaks to one."""
    if Service.REDIS in redis_servers():
        return Service.REDIS
    callers = [name for name in _callers(error) if name != SAYS_OF_ALL]
    for name in (*reversed(callers), told_by, type(error).__module__):
        if fitting := [prefix for prefix in SPEAKS_TO if f"{name}.".startswith(f"{prefix}.")]:
            return SPEAKS_TO[max(fitting, key=len)]
    return Service.MAILBOX


def _callers(error: BaseException) -> list[str]:
    """The modules that the error passed through, the innermost last."""
    return [str(frame.f_globals.get("__name__", "")) for frame, _ in walk_tb(error.__traceback__)]


def _database_service(error: BaseException) -> Service | None:
    driver = error if isinstance(error, psycopg2.Error) else error.__cause__
    if code := getattr(driver, "pgcode", None):
        away = Service.DATABASE if code.startswith(AWAY_CODES) else None
        return Service.DISK if code == DISK_FULL_CODE else away
    if isinstance(driver, psycopg2.InterfaceError):
        return Service.DATABASE if "connection already closed" in str(driver) else None
    # What the server refused has a class of its own.
    is_lost = type(driver) is psycopg2.OperationalError or "no message from the libpq" in str(driver)
    return Service.DATABASE if is_lost else None


def error_told_by(record: logging.LogRecord) -> tuple[Service, BaseException] | None:
    """The outage that a record tells of, with its exception; None where it tells something else."""
    told = list(record.args) if isinstance(record.args, tuple) else []
    if isinstance(record.exc_info, tuple):
        told.append(record.exc_info[1])
    for error in told:
        if isinstance(error, BaseException) and (service := _service_told(record.name, error)):
            return getattr(record, "service", service), error
    return None


def _service_told(logger_name: str, error: BaseException) -> Service | None:
    if isinstance(error, ConnectionError | TimeoutError) and logger_name.startswith(USERS_OF_REDIS):
        return _redis_service(error, logger_name)
    return service_away(error, logger_name)


@dataclass(slots=True)
class Tally:
    """What one service's outage cost so far. Times are monotonic; 0 means never, or not away."""

    away_since: float = 0.0
    said_at: float = 0.0
    held: int = 0
    is_said: bool = False  # since it went away


class Outage:
    """The tally of one service, in memory that a program's forked processes share."""

    LAYOUT = struct.Struct("ddq?")

    def __init__(self) -> None:
        self._file = os.memfd_create("outage")
        os.ftruncate(self._file, self.LAYOUT.size)
        self._memory = mmap.mmap(self._file, self.LAYOUT.size)

    def is_to_be_said(self, now: float) -> Tally | None:
        """Count a record; the tally where it is time for a line."""
        with self._tally() as tally:
            tally.away_since = tally.away_since or now
            if tally.said_at and now - tally.said_at < SAID_EVERY_S:
                tally.held += 1
                return None
            found = Tally(*astuple(tally))
            tally.said_at, tally.is_said = now, True
            return found

    def end(self) -> Tally | None:
        """The service answers again; the tally where its absence was said."""
        with self._tally() as tally:
            found = Tally(*astuple(tally)) if tally.is_said and tally.away_since else None
            tally.away_since, tally.is_said = 0.0, False
            if found:
                tally.held = 0
            return found

    @contextmanager
    def _tally(self) -> Iterator[Tally]:
        fcntl.lockf(self._file, fcntl.LOCK_EX)  # ends with its process, however that ends
        try:
            tally = Tally(*self.LAYOUT.unpack(self._memory[:]))
            yield tally
            self._memory[:] = self.LAYOUT.pack(*astuple(tally))
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)


class QuietHandler(logging.StreamHandler[TextIO]):
    """Writes records to stderr, except those of an outage that was said within the last minute."""

    def __init__(self) -> None:
        super().__init__()
        self._outages = {service: Outage() for service in Service}
        self._watches: dict[Service, threading.Thread] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(record, "status_code", None) == NOT_READY:
            return  # told to whoever asked, and why stands in a line of its own
        try:
            if told := error_told_by(record):
                self._hold_back(*told)
            else:
                super().emit(_without_finder(record))
        except Exception:  # noqa: BLE001 - as logging's own handlers do
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name that is called
        """The original would print all that the record holds, past what is left out of a line."""
        with suppress(OSError, ValueError):
            problem = type(sys.exc_info()[1]).__name__
            self.stream.write(f"A line of {record.name}:{record.lineno} could not be written: {problem}\n")

    def _hold_back(self, service: Service, error: BaseException) -> None:
        now = time.monotonic()
        if tally := self._outages[service].is_to_be_said(now):
            super().emit(_away_line(service, error, tally, now))
        if service is Service.DISK:
            self._outages[service].end()  # only the next try to write can tell
        else:
            self._watch(service)

    def _watch(self, service: Service) -> None:
        """Ask the service until it answers, in a thread of the process that missed it."""
        if (watch := self._watches.get(service)) and watch.is_alive():
            return
        watch = threading.Thread(target=self._until_back, args=(service,), name="outage", daemon=True)
        self._watches[service] = watch
        watch.start()

    def _until_back(self, service: Service) -> None:
        time.sleep(ASKED_EVERY_S)
        while not service.answers():
            time.sleep(ASKED_EVERY_S)
        self.acquire()  # as in `emit`: the tally's own lock is between processes
        try:
            tally = self._outages[service].end()
        finally:
            self.release()
        if tally:
            away_s = time.monotonic() - tally.away_since
            words = "%s answers again after %.0f s; %d messages about that were held back"
            logger.warning(words, service.value, away_s, tally.held)


def _without_finder(record: logging.LogRecord) -> logging.LogRecord:
    """A worker's process that was killed left no traceback; that of the one who noticed tells nothing."""
    kind = record.exc_info[0] if isinstance(record.exc_info, tuple) else None
    if kind is None or not issubclass(kind, WorkerLostError):
        return record
    return logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})


def _away_line(service: Service, error: BaseException, tally: Tally, now: float) -> logging.LogRecord:
    reason = next(iter(str(error).splitlines()), type(error).__name__)
    words = "%s (%s)"
    arguments: tuple[object, ...] = (service.complaint, reason)
    if tally.is_said:
        words += ", since %.0f s; %d messages about that were held back so far"
        arguments = (*arguments, now - tally.away_since, tally.held)
    return logger.makeRecord(logger.name, logging.ERROR, __file__, 0, words, arguments, None)


def _ask_database() -> None:
    connection = django.db.connection.copy()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def _ask_redis(url: str) -> None:
    timeouts = {"socket_timeout": ANSWERS_WITHIN_S, "socket_connect_timeout": ANSWERS_WITHIN_S}
    with redis.Redis.from_url(url, **timeouts) as connection:
        connection.ping()
