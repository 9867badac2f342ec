"""What a log says of an outage, and that it hides nothing else."""

import asyncio
import io
import logging
import os
from threading import Event
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import django.db
import kombu.exceptions
import psycopg2
import psycopg2.errors
import pytest
import redis
from billiard.exceptions import WorkerLostError
from celery.beat import SchedulingError
from channels.layers import get_channel_layer
from django.conf import settings
from redis.asyncio import Connection

from classroom import quiet
from classroom.celery import app
from classroom.local.processes import free_port
from classroom.quiet import QuietHandler, Service, service_away
from classroom.wire import layer, mailbox

REFUSED = "connection to server failed: Connection refused\n\tIs the server running?"


class Clock:
    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(quiet, "time", clock)
    return clock


@pytest.fixture
def log(clock, monkeypatch):
    """A logger of its own whose handler writes into `log.text`; nobody watches for the end of an outage."""
    monkeypatch.setattr(QuietHandler, "_watch", lambda *_: None)
    return Log("test.quiet")


class Log:
    def __init__(self, name):
        self.handler = QuietHandler()
        self.written = io.StringIO()
        self.handler.setStream(self.written)
        self.logger = logging.Logger(name)  # noqa: LOG001 - apart from all others
        self.logger.addHandler(self.handler)

    def tell(self, error, words="It failed"):
        try:
            raise error
        except BaseException:
            self.logger.exception(words)

    @property
    def text(self):
        return self.written.getvalue()

    @property
    def lines(self):
        return self.text.splitlines()


def wrapped(driver, of_django=django.db.OperationalError):
    """As Django raises what the driver said."""
    error = of_django(str(driver))
    error.__cause__ = driver
    return error


def while_handling(cause, error):
    error.__context__ = cause
    return error


OUTAGES = [
    (wrapped(psycopg2.OperationalError(REFUSED)), Service.DATABASE),
    (psycopg2.OperationalError(REFUSED), Service.DATABASE),
    (
        wrapped(psycopg2.InterfaceError("connection already closed"), django.db.InterfaceError),
        Service.DATABASE,
    ),
    (redis.ConnectionError("Error 111"), Service.REDIS),
    (redis.TimeoutError("Timeout reading"), Service.REDIS),
    (kombu.exceptions.OperationalError("Error 111"), Service.REDIS),
    (while_handling(kombu.exceptions.OperationalError("Error 111"), SchedulingError("no")), Service.REDIS),
    (ExceptionGroup("both students", [redis.ConnectionError(), redis.TimeoutError()]), Service.REDIS),
]
FAULTS = [
    wrapped(psycopg2.errors.DeadlockDetected("deadlock detected")),
    psycopg2.InterfaceError("cursor already closed"),
    redis.MaxConnectionsError("Too many connections"),
    redis.ResponseError("wrong kind of value"),
    django.db.IntegrityError("duplicate key"),
    ConnectionRefusedError("another server"),
    ExceptionGroup("one of each", [redis.ConnectionError(), KeyError("seat")]),
    KeyError("seat"),
]


@pytest.mark.parametrize(("error", "service"), OUTAGES)
def test_an_outage_is_recognised(error, service):
    assert service_away(error) is service


@pytest.mark.parametrize("error", FAULTS)
def test_a_fault_keeps_its_traceback(log, error):
    log.tell(error)
    assert "It failed" in log.text
    assert "Traceback" in log.text


def test_that_a_process_of_the_worker_was_killed_is_one_line(log):
    log.tell(WorkerLostError("Worker exited prematurely: signal 9"), "A task was lost: signal 9")
    assert [line.endswith("A task was lost: signal 9") for line in log.lines] == [True]


@pytest.fixture
def refusal(db):
    """`refusal(code)`: what Django raises where the server refuses a statement for that reason."""

    def refuse(code):
        with pytest.raises(django.db.OperationalError) as refused, django.db.connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'No space left' USING ERRCODE = '{code}'; END $$")
        return refused.value

    return refuse


@pytest.mark.parametrize(
    ("code", "service"),
    [
        ("40P01", None),  # a deadlock
        ("55P03", None),  # a lock that was not to be had
        ("57014", None),  # a statement that took too long
        ("57P01", Service.DATABASE),  # the server stops
        ("53300", Service.DATABASE),  # too many connections
        ("53100", Service.DISK),
    ],
)
def test_what_the_server_says_is_an_outage_only_where_it_is_none_of_ours(refusal, code, service):
    assert service_away(refusal(code)) is service


def test_a_full_disk_of_the_database_is_a_line_that_names_it(refusal, log):
    error = refusal("53100")
    for _ in range(2):
        log.tell(error)
    assert "The disk of the database is full (No space left" in log.lines[0]
    assert len(log.lines) == 1


def test_a_fault_in_dealing_with_an_outage_keeps_its_traceback(log):
    try:
        try:
            raise redis.ConnectionError("Error 111")
        except redis.ConnectionError:
            {}["seat"]
    except KeyError:
        log.logger.exception("It failed")
    assert "KeyError" in log.text


def test_an_outage_is_one_line_a_minute_with_what_was_held_back(log, clock):
    for _ in range(3):
        log.tell(psycopg2.OperationalError(REFUSED))
    assert len(log.lines) == 1
    assert "The database does not answer (connection to server failed: Connection refused" in log.lines[0]
    clock.sleep(quiet.SAID_EVERY_S)
    log.tell(psycopg2.OperationalError(REFUSED))
    assert len(log.lines) == 2
    assert "since 60 s; 2 messages about that were held back so far" in log.lines[1]


def test_the_two_services_are_told_apart(log):
    log.tell(psycopg2.OperationalError(REFUSED))
    log.tell(redis.ConnectionError("Error 111"))
    assert ["The database" in line for line in log.lines] == [True, False]


@pytest.fixture
def apart(settings):
    """Three servers of Redis, none of which answers."""
    ports = {name: free_port() for name in ("BROKER_URL", "MAILBOX_URL", "LAYER_URL")}
    for name, port in ports.items():
        setattr(settings, name, f"redis://127.0.0.1:{port}/0")


def ring(apart):
    with app.connection_for_write(settings.BROKER_URL) as connection:
        connection.ensure_connection(max_retries=0)


@pytest.mark.parametrize(
    ("ask", "service"),
    [
        (ring, Service.BROKER),
        (lambda _: mailbox.silence(1), Service.MAILBOX),
        (lambda _: layer.publish([("lesson.1.teachers", {"type": "tell.anew"})]), Service.LAYER),
    ],
)
def test_of_three_servers_the_one_that_is_away_is_named(apart, ask, service):
    with pytest.raises((redis.ConnectionError, kombu.exceptions.OperationalError)) as missed:
        ask(apart)
    assert service_away(missed.value) is service


async def broken(*_, **__):
    raise RuntimeError("the handler is closed")


def closed(_):
    raise RuntimeError("unable to perform operation; the handler is closed")


async def hang(*_, **__):
    await asyncio.get_running_loop().create_future()


@pytest.mark.parametrize(
    ("speak", "service"),
    [
        (lambda: mailbox.open_for(1, 1, 1), Service.MAILBOX),
        (lambda: mailbox.renew((1, 1, 1)), Service.MAILBOX),
        (lambda: get_channel_layer().group_add("lesson.1.teachers", "mine"), Service.LAYER),
        (lambda: get_channel_layer().new_channel(), Service.LAYER),
        (lambda: get_channel_layer().group_send("lesson.1.teachers", {"type": "tell.anew"}), Service.LAYER),
    ],
)
@pytest.mark.parametrize("fault", [broken, hang])
async def test_of_three_servers_the_one_that_a_socket_lost_is_named(
    settings, monkeypatch, speak, fault, service
):
    server = settings.MAILBOX_URL.removesuffix("/0")
    for number, name in enumerate(("BROKER_URL", "MAILBOX_URL", "LAYER_URL")):
        setattr(settings, name, f"{server}/{number}")
    monkeypatch.setattr("classroom.wire.answers.ANSWER_WITHIN_S", 0.01)
    monkeypatch.setattr("redis.asyncio.connection.Connection.send_packed_command", fault)
    with pytest.raises((redis.ConnectionError, redis.TimeoutError)) as missed:
        await speak()
    assert service_away(missed.value) is service


async def test_what_is_written_to_a_connection_that_closed_is_an_outage():
    connection: Any = Connection(port=1)
    connection._reader = asyncio.StreamReader()
    connection._writer = SimpleNamespace(writelines=closed, close=int)
    with pytest.raises(RuntimeError) as missed:
        await connection.send_packed_command(b"PING", check_health=False)
    assert service_away(missed.value) is Service.REDIS


@pytest.mark.parametrize(
    ("logger", "service"),
    [
        ("celery.worker.consumer.consumer", Service.BROKER),
        ("channels_redis.pubsub", Service.LAYER),
        ("classroom.views", Service.MAILBOX),
    ],
)
def test_where_no_traceback_says_which_server_it_was_the_logger_does(apart, logger, service):
    assert service_away(redis.ConnectionError("Error 111"), logger) is service


def test_a_message_without_traceback_that_carries_the_error_is_held_back_too(log):
    for _ in range(2):
        log.logger.error("Cannot connect to %s: %s.", "redis://", redis.ConnectionError("Error 111"))
    assert len(log.lines) == 1


def test_a_bare_error_of_the_network_means_redis_only_where_nothing_else_is_spoken_to(clock, monkeypatch):
    monkeypatch.setattr(QuietHandler, "_watch", lambda *_: None)
    worker, view = Log("celery.worker.consumer.consumer"), Log("classroom.views")
    for log in (worker, view):
        log.tell(ConnectionResetError("104"))
    assert "Redis does not answer" in worker.text
    assert "Traceback" in view.text


def test_the_end_of_an_outage_is_a_line(clock, monkeypatch, caplog):
    answers, told = iter([False, False, True]), Event()
    monkeypatch.setattr(Service, "answers", lambda _: told.wait(10) and next(answers))
    log = Log("test.quiet")
    for _ in range(2):
        log.tell(redis.ConnectionError("Error 111"))
    told.set()
    log.handler._watches[Service.REDIS].join(5)
    assert [record.getMessage() for record in caplog.records] == [
        "Redis answers again after 3 s; 1 messages about that were held back"
    ]


def test_flapping_says_nothing_within_the_minute(log, clock):
    log.tell(redis.ConnectionError("Error 111"))
    outage = log.handler._outages[Service.REDIS]
    assert outage.end()
    log.tell(redis.ConnectionError("Error 111"))
    assert outage.end() is None
    assert len(log.lines) == 1


def test_forked_processes_share_the_line(log):
    if not (child := os.fork()):
        log.tell(redis.ConnectionError("Error 111"))
        os._exit(len(log.lines))
    _, status = os.waitpid(child, 0)
    log.tell(redis.ConnectionError("Error 111"))
    assert os.waitstatus_to_exitcode(status) == 1
    assert log.lines == []


def test_readyz_that_is_not_ready_writes_no_line_for_each_look(log):
    log.logger.error("Service Unavailable: /readyz", extra={"status_code": 503})
    log.logger.error("Internal Server Error: /", extra={"status_code": 500})
    assert log.lines == ["Internal Server Error: /"]


def test_every_line_of_the_product_passes_the_handler(settings):
    assert settings.LOGGING["handlers"]["console"]["class"] == "classroom.quiet.QuietHandler"
    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert settings.LOGGING["loggers"]["uvicorn"]["handlers"] == ["console"]


def test_the_web_server_writes_no_addresses(running_product):
    with urlopen(f"{running_product.url}/healthz?token=a-secret-link", timeout=10):
        pass
    assert "a-secret-link" not in running_product.log("web").read_text()
