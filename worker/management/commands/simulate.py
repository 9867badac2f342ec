"""Plays the simulated students of open demonstration lessons until it is stopped."""

import asyncio
import logging
import os
import signal
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand

from worker.runtime import analyser, network
from worker.simulation.cast import DEMO, crowd
from worker.simulation.stage import OwnReaders, Stage
from worker.simulation.student import Address


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
        address = Address(base=url.rstrip("/"), origin=origin or url.rstrip("/"))
        with suppress(KeyboardInterrupt, asyncio.CancelledError):
            asyncio.run(_until_stopped(_stage(address, **options)))


def _stage(address: Address, *, students: int | None, read_here: bool, **_: Any) -> Stage:
    stage = Stage(crowd(DEMO, students) if students else DEMO, address)
    if read_here:
        checksum = network().rpartition(" ")[2]
        stage.readers = OwnReaders(stage.cameras, analyser(), checksum)
    return stage


async def _until_stopped(stage: Stage) -> None:
    playing = asyncio.create_task(stage.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, playing.cancel)
    await playing
