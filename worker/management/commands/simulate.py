"""Plays the simulated students of open demonstration lessons until it is stopped."""

import asyncio
import logging
import os
import signal
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from classroom.local.processes import end_with_parent
from classroom.models import Lesson
from worker.runtime import analyser, network
from worker.simulation.cast import DEMO, crowd
from worker.simulation.student import Address

if TYPE_CHECKING:
    from worker.simulation.stage import Stage

logger = logging.getLogger(__name__)

LOOK_FOR_LESSONS_EVERY_S = 1.0


class Command(BaseCommand):
    help = "Play the simulated students of open demonstration lessons until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        own = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
        parser.add_argument(
            "--url", default=own, help="where the web process listens (default: this machine)"
        )
        parser.add_argument("--origin", help="an origin that the web process allows (default: the URL)")

        parser.add_argument("--students", type=int, help="how many, instead of thirteen")
        parser.add_argument(
            "--read-here",
            action="store_true",
            help="send what was read beforehand instead of pictures, as students' own browsers do",
        )

    def handle(self, *args: Any, url: str, origin: str | None, **options: Any) -> None:
        # A server that restarts is tried again and again; each try would be a line for every student.
        logging.getLogger("websockets.client").setLevel(logging.WARNING)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        address = Address(base=url.rstrip("/"), origin=origin or url.rstrip("/"))
        with suppress(KeyboardInterrupt):
            while True:
                if _is_lesson_open():
                    _play_apart(address, options)
                time.sleep(LOOK_FOR_LESSONS_EVERY_S)


def _is_lesson_open() -> bool:
    close_old_connections()
    try:
        return Lesson.objects.open().filter(is_simulation=True).exists()
    except (DatabaseError, InterfaceError):
        logger.warning("The database does not answer; looking again", exc_info=True)
        return False


def _play_apart(address: Address, options: dict[str, Any]) -> None:
    """In a process that ends with the lessons, so that nothing of what it draws is kept between them."""
    connections.close_all()  # one that two processes use is of no use to either
    playing = get_context("fork").Process(target=_play, args=(address, options))
    playing.start()
    try:
        playing.join()
    finally:
        playing.terminate()
        playing.join()


def _play(address: Address, options: dict[str, Any]) -> None:
    end_with_parent(signal.SIGTERM)
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(_until_stopped(_stage(address, **options)))


def _stage(address: Address, *, students: int | None, read_here: bool, **_: Any) -> "Stage":
    # Loads what draws, so not where lessons are waited for.
    from worker.simulation.stage import OwnReaders, Stage  # noqa: PLC0415

    stage = Stage(crowd(DEMO, students) if students else DEMO, address)
    if read_here:
        checksum = network().rpartition(" ")[2]
        stage.readers = OwnReaders(stage.cameras, analyser(), checksum)
    return stage


async def _until_stopped(stage: "Stage") -> None:
    playing = asyncio.create_task(stage.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, playing.cancel)
    await playing
