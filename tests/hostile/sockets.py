"""Both sockets, frame by frame: what a client may say, and what it should not."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from random import Random
from typing import Any

from hypothesis import strategies as st

from classroom.asgi import application
from classroom.sockets.lesson import FINISHING
from classroom.wire import frames
from tests.classroom.test_rude_sockets import Client
from tests.hostile.drawn import drawn, likely, texts, values
from tests.hostile.mutation import json_mutants, mutants, odd_bytes
from tests.hostile.tally import Tally
from tests.measured import ATTENTION, NETWORK, message, picture

Frame = str | bytes
LONGEST_TALK = 250  # frames
KNOCKING = (b"origin", b"cookie", b"host", b"sec-websocket-protocol", b"x-forwarded-proto", b"x-odd")
# Closed by us, by a name of its own (docs/architecture.md, "The life of a socket").
CLOSED = {1000, 1009, 1013, 4001, 4002, 4003, 4004, 4008}

STUDENT_SAYS: list[dict[str, Any]] = [
    {"type": "self_report", "kind": "lost"},
    {"type": "pulse_answer", "pulse": 1, "answer": "yes"},
    {"type": "question", "text": "Why is the sky blue?"},
    {"type": "vote", "question": 1, "on": True},
    {"type": "clock", "now": 1_790_000_000_000},
    {"type": "take_over"},
]
TEACHER_SAYS: list[dict[str, Any]] = [{"type": "reveal", "on": True}, {"type": "refresh"}]
MEASURED = [message(picture()), message(picture(), picture(age_ms=900)), message(picture(attention=None))]
whole = st.integers(-(2**70), 2**70)
number = st.floats() | whole
STUDENT_DRAWN = st.one_of(
    likely({"type": st.just("self_report"), "kind": st.sampled_from(["following", "lost", "too_fast"])}),
    likely({"type": st.just("pulse_answer"), "pulse": whole, "answer": st.sampled_from(["yes", "no"])}),
    likely({"type": st.just("question"), "text": texts}),
    likely({"type": st.just("vote"), "question": whole, "on": st.booleans()}),
    likely({"type": st.just("clock"), "now": whole}),
    likely({"type": st.sampled_from(["take_over", "reveal", "refresh", "measured", "state"])}),
    values,
)
TEACHER_DRAWN = st.one_of(
    likely({"type": st.just("reveal"), "on": st.booleans()}), likely({"type": st.just("refresh")}), values
)
PICTURES_DRAWN = likely(
    {
        "age_ms": whole,
        "faces": st.integers(-1, 50),
        "attention": st.none() | likely(dict.fromkeys(ATTENTION, number)),
        "expression": st.none() | st.lists(number, max_size=9),
        "uncertain": st.none() | st.booleans(),
    }
)
MEASURED_DRAWN = likely(
    {
        "type": st.just("measured"),
        "network": st.just(NETWORK) | texts,
        "sent_ms": st.none() | whole,
        "readings": st.lists(PICTURES_DRAWN, max_size=9),
    }
)


def student_texts(count: int, number: int) -> Iterator[str]:
    return _texts(STUDENT_SAYS, STUDENT_DRAWN, count, number)


def teacher_texts(count: int, number: int) -> Iterator[str]:
    return _texts(TEACHER_SAYS, TEACHER_DRAWN, count, number)


def measured_texts(count: int, number: int) -> Iterator[str]:
    return _texts(MEASURED, MEASURED_DRAWN, count, number)


def student_frames(jpegs: list[bytes], count: int, number: int) -> Iterator[bytes]:
    seeds = [*jpegs, *(frames.pack(1_790_000_000_000, one) for one in jpegs)]
    random_ones = drawn(st.binary(max_size=400), count // 5, number)
    yield from random_ones
    yield b"\xff\xd8\xff" + b"0" * 1_000_001
    yield from islice(mutants(seeds, Random(number)), count - len(random_ones) - 1)


def _texts(seeds: list[Any], strategy: st.SearchStrategy[Any], count: int, number: int) -> Iterator[str]:
    made = [json.dumps(one) for one in drawn(strategy, count // 3, number)]
    yield from made
    yield from islice(json_mutants(seeds, Random(number)), count - len(made))


class Line(Client):
    """A client that knows when its last frame was acted on: the server asks for the next one."""

    def __init__(self, path: str, cookies: dict[str, str]) -> None:
        super().__init__(path, cookies)
        self.task: Any = None
        self._asked = asyncio.Condition()
        self._asks = 0

    async def open(self) -> None:
        self.frames.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(application(self.scope, self._next_frame, self.hear))
        await asyncio.wait_for(self.is_seated.wait(), 30)

    async def _next_frame(self) -> Any:
        async with self._asked:
            self._asks += 1
            self._asked.notify_all()
        return await self.frames.get()

    async def acted_on(self, frame: Frame) -> list[str]:
        """What was answered: names of errors, kinds of messages, or how the socket was closed."""
        before, asks = len(self.sent), self._asks
        self.say(frame) if isinstance(frame, str) else self.send(frame)
        waits = asyncio.ensure_future(self._asked_again(asks))
        await asyncio.wait([waits, self.task], return_when=asyncio.FIRST_COMPLETED, timeout=30)
        waits.cancel()
        while FINISHING:
            await asyncio.wait(list(FINISHING), timeout=30)
        await asyncio.sleep(0)
        if self.task.done() and (error := self.task.exception()):
            raise error
        return [_kind(one) for one in self.sent[before:]] or ["taken without a word"]

    async def _asked_again(self, asks: int) -> None:
        async with self._asked:
            await self._asked.wait_for(lambda: self._asks > asks)


def _kind(sent: dict[str, Any]) -> str:
    if sent["type"] == "websocket.close":
        assert sent["code"] in CLOSED, sent
        return f"closed {sent['code']}"
    said = json.loads(sent["text"])
    return said["code"] if said["type"] == "error" else said["type"]


async def throw(tally: Tally, line_of: Callable[[], Any], thrown: Iterable[Frame]) -> None:
    """Each frame at an open socket; one that was closed, or has taken many, is followed by a new one."""
    line = None
    for count, frame in enumerate(thrown, start=1):
        if line is None or line.task.done() or count % LONGEST_TALK == 0:
            if line is not None:
                await hang_up(line)
            line = await line_of()
            await line.open()
            await asyncio.sleep(0.01)
        with tally.case(frame):
            answers = await line.acted_on(frame)
            tally.answers[_telling(answers)] += 1
        line.sent.clear()
    if line is not None:
        await hang_up(line)


async def knock(tally: Tally, scope: dict[str, Any], count: int, number: int) -> None:
    """Sockets whose path, query and headers are a little or quite wrong; none stays open."""
    chance = Random(number)
    for _ in range(count):
        line = Line(scope["path"], {})
        line.scope = _knocking(scope, chance)
        with tally.case(line.scope):
            await asyncio.wait_for(line.open(), 30)
            is_let_in = line.sent[0]["type"] == "websocket.accept"
            tally.answers["let in" if is_let_in else "refused"] += 1
            await hang_up(line)
            if error := line.task.exception():
                raise error


def _knocking(scope: dict[str, Any], chance: Random) -> dict[str, Any]:
    changed = {**scope, "query_string": b"window=0123456789abcdef", "headers": list(scope["headers"])}
    for _ in range(chance.choice((0, 1, 1, 2))):
        kind = chance.choice(("path", "query", "header", "another", "none of one"))
        if kind == "path":
            text = next(mutants([scope["path"].encode()], chance)).decode("utf-8", "replace")
            changed["path"] = "/" + text.lstrip("/")
        elif kind == "query":
            changed["query_string"] = next(mutants([changed["query_string"], b"waits&window=x"], chance))
        elif kind == "header":
            at = chance.randrange(len(changed["headers"]))
            name, value = changed["headers"][at]
            changed["headers"][at] = name, next(mutants([value], chance))
        elif kind == "another":
            changed["headers"].append((chance.choice(KNOCKING), odd_bytes(chance)))
        else:
            changed["headers"].pop(chance.randrange(len(changed["headers"])))
        changed["headers"] = changed["headers"] or [(b"host", b"testserver")]
    return changed


async def hang_up(line: Line) -> None:
    line.close()
    await asyncio.wait([line.task], timeout=30)


def _telling(answers: list[str]) -> str:
    """One word a case: what it was refused for, before what else was sent meanwhile."""
    order = sorted(answers, key=lambda one: (one in ("state", "view", "arrived", "sender", "lesson"), one))
    return order[0]
