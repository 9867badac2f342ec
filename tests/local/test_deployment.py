"""docker-compose.yml, Dockerfile and the local supervisor start the same product in the same way."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from classroom.local import programs

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def options(command: str | list[str]) -> dict[str, str]:
    """`--name value` pairs of a command line."""
    words = shlex.split(command) if isinstance(command, str) else command
    return {word: value for word, value in zip(words, [*words[1:], ""], strict=True) if word.startswith("--")}


def test_every_part_of_the_product_is_a_service() -> None:
    assert set(OURS) == {"migrate", "web", "worker-snapshots", "worker-reports", "beat", "simulator"}
    assert {"postgres", "redis", "caddy"} < set(SERVICES)


@pytest.mark.parametrize("name", OURS)
def test_a_part_of_ours_can_write_nothing_and_has_no_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["ulimits"]["core"] == 0
    assert "privileged" not in service


def test_the_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, flags=re.MULTILINE)[-1] == "classpulse"


def test_redis_persists_nothing() -> None:
    command = options(SERVICES["redis"]["command"])
    assert command["--save"] == ""
    assert command["--appendonly"] == command["--crash-log-enabled"] == "no"
    assert command["--slowlog-max-len"] == "0"
    assert "volumes" not in SERVICES["redis"]


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "caddy"])
def test_only_caddy_reaches_the_world(name: str) -> None:
    assert SERVICES[name]["networks"] == ["inside"]
    assert "ports" not in SERVICES[name]


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in {"web", "migrate", "simulator"}])
def test_a_service_that_stays_up_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_the_web_server_limits_frames_as_on_one_machine() -> None:
    started = re.search(r'CMD \["uvicorn"(.*?)\]', DOCKERFILE, flags=re.DOTALL)
    assert started
    image = options(re.findall(r'"([^"]+)"', started[1]))
    local = options(programs.web(8000))
    for name in ("--ws-max-size", "--ws-per-message-deflate", "--lifespan"):
        assert image[name] == local[name]


@pytest.mark.parametrize("queue", ["snapshots", "reports"])
def test_a_worker_takes_one_task_at_a_time_as_on_one_machine(queue: str) -> None:
    service = options(SERVICES[f"worker-{queue}"]["command"])
    local = options(programs.worker(queue, 1))
    for name in ("--pool", "--prefetch-multiplier"):
        assert service[name] == local[name]


def test_the_example_names_every_value_that_compose_asks_for() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text())) - {"CLASSPULSE_VERSION"}
    given = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert asked == given


def test_the_example_holds_no_secret() -> None:
    values = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert values["SECRET_KEY"] == values["POSTGRES_PASSWORD"] == ""
