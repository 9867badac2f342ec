"""A network between a browser and the product that is slow, stands still, and comes back: a TCP proxy."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from socket import SO_RCVBUF, SOL_SOCKET, socket
from threading import Thread

ROOM_BYTES, MOUTHFUL_BYTES, LOOK_EVERY_S = 16_384, 2048, 0.02
AT_ONCE = 2048  # so many may come in one instant


class BadNetwork:
    """Passes everything on, until told otherwise. Both may be set from another thread."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._door = socket()
        # What the kernel takes in beforehand is small, or a slow network would seem a fast one.
        self._door.setsockopt(SOL_SOCKET, SO_RCVBUF, ROOM_BYTES)
        self._door.bind(("127.0.0.1", 0))
        self._is_over = False
        self._carried: set[asyncio.Task[None]] = set()
        self.bytes_a_second_upwards: float | None = None
        self.stands_still = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    async def serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with await asyncio.start_server(
            self._carry, sock=self._door, limit=ROOM_BYTES, backlog=AT_ONCE
        ):
            while not self._is_over:
                await asyncio.sleep(LOOK_EVERY_S)

    def end(self) -> None:
        self._is_over = True

    def cut(self) -> None:
        """Forget every connection that there is; both of its ends are told."""
        self._loop.call_soon_threadsafe(lambda: [each.cancel() for each in list(self._carried)])

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._port)
        task = asyncio.current_task()
        assert task is not None
        self._carried.add(task)
        try:
            await asyncio.gather(
                self._pump(reader, up_writer, upwards=True), self._pump(up_reader, writer, upwards=False)
            )
        except asyncio.CancelledError:
            for each in (writer, up_writer):
                each.transport.abort()
        finally:
            self._carried.discard(task)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, upwards: bool
    ) -> None:
        with suppress(OSError), closing(writer):
            while data := await reader.read(MOUTHFUL_BYTES if upwards else 65_536):
                while self.stands_still:
                    await asyncio.sleep(LOOK_EVERY_S)
                if upwards and self.bytes_a_second_upwards:
                    await asyncio.sleep(len(data) / self.bytes_a_second_upwards)
                writer.write(data)
                await writer.drain()


@contextmanager
def bad_network(port: int) -> Iterator[BadNetwork]:
    """One before the product that listens at `port`, in a thread of its own."""
    network = BadNetwork(port)
    thread = Thread(target=lambda: asyncio.run(network.serve()), daemon=True)
    thread.start()
    try:
        yield network
    finally:
        network.end()
        thread.join(10)
