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


def web(port: int, *, is_shared: bool = False) -> list[str]:
    """With `is_shared` any number of such processes may serve one port."""
    options = ["--lifespan", "off", "--no-access-log"]
    options += [
        "--ws-max-size",
        str(LARGEST_FRAME_BYTES),
        "--ws-per-message-deflate",
        "false",
    ]  # JPEGs do not compress
    options += ["--http", "classroom.connections:Http", "--ws", "classroom.connections:Socket"]
    options += ["--no-proxy-headers", "--timeout-graceful-shutdown", "3"]
    application = "classroom.asgi:application"
    if is_shared:
        return python_module("classroom.local.shared_port", str(port), application, *options)
    return python_module("uvicorn", application, "--host", "127.0.0.1", "--port", str(port), *options)


def worker(queue: str, processes: int) -> list[str]:
    options = ["-Q", queue, "-n", f"{queue}@%h", "--pool", "prefork", "--concurrency", str(processes)]
    options += ["--prefetch-multiplier", "1", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    return python_module("celery", "-A", "classroom", "worker", *options)


def beat(schedule: Path) -> list[str]:
    return python_module("celery", "-A", "classroom", "beat", "--schedule", str(schedule), "--pidfile", "")


def cores() -> int:
    return len(os.sched_getaffinity(0))
