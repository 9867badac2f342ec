"""The command lines of the product's own parts, for the supervisor and for tests alike."""

import os
import sys
from pathlib import Path

LARGEST_FRAME_BYTES = 1_048_576


def python_module(module: str, *arguments: str) -> list[str]:
    # Not the console scripts: their first line holds Python's path and breaks when the folder moves.
    return [sys.executable, "-m", module, *arguments]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def web(port: int) -> list[str]:
    options = ["--host", "127.0.0.1", "--port", str(port), "--lifespan", "off", "--no-access-log"]
    options += [
        "--ws-max-size",
        str(LARGEST_FRAME_BYTES),
        "--ws-per-message-deflate",
        "false",
    ]  # JPEGs do not compress
    options += ["--http", "classroom.connections:Http", "--ws", "classroom.connections:Socket"]
    options += ["--no-proxy-headers", "--timeout-graceful-shutdown", "3"]
    return python_module("uvicorn", "classroom.asgi:application", *options)


def worker(queue: str, processes: int) -> list[str]:
    options = ["-Q", queue, "-n", f"{queue}@%h", "--pool", "prefork", "--concurrency", str(processes)]
    options += ["--prefetch-multiplier", "1", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    return python_module("celery", "-A", "classroom", "worker", *options)


def beat(schedule: Path) -> list[str]:
    return python_module("celery", "-A", "classroom", "beat", "--schedule", str(schedule), "--pidfile", "")


def cores() -> int:
    return len(os.sched_getaffinity(0))
