"""docker-compose.yml, Dockerfile and the local supervisor start the same product in the same way."""

import asyncio
import hashlib
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from django.conf import settings
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from classroom.local import dockerfile, image_digests, programs, secret_files
from classroom.local.postgres import DISCREET
from classroom.local.processes import free_port
from classroom.local.valkey import Cache, server_program
from tests.serving import served

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
DEPLOYED = DOCKERFILE + (ROOT / "docker-compose.yml").read_text()


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
    command = options(SERVICES["redis"]["command"][-1].partition("<<")[0])
    assert command["--save"] == ""
    assert command["--appendonly"] == command["--crash-log-enabled"] == "no"
    assert command["--slowlog-max-len"] == "0"
    assert "volumes" not in SERVICES["redis"]


def test_the_line_that_starts_redis_gives_it_the_password_and_shows_it_nowhere(tmp_path: Path) -> None:
    (tmp_path / "redis_password").write_text("a-secret")
    line = SERVICES["redis"]["command"][-1].replace("$$", "$").replace("/run/secrets", str(tmp_path))
    server, port = server_program(), free_port()
    line = line.replace("redis-server -", f"{server} - --port {port}")
    process = subprocess.Popen(["sh", "-c", line], stdout=subprocess.DEVNULL)
    try:
        Cache(server, tmp_path, port, "a-secret").wait_until_ready()
        with redis.Redis(port=port, password="a-secret") as connection:
            assert connection.ping()
            assert connection.config_get("save") == {"save": ""}
        with redis.Redis(port=port) as stranger, pytest.raises(redis.RedisError):
            stranger.ping()
        assert b"a-secret" not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
    finally:
        process.terminate()  # the process is Redis itself, so that it hears the end
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "caddy"])
def test_only_caddy_reaches_the_world(name: str) -> None:
    assert SERVICES[name]["networks"] == ["inside"]
    assert "ports" not in SERVICES[name]


OUTWARD: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.outward.yml").read_text())
REACHES_OUT: dict[str, Any] = OUTWARD["services"]["web"]
MAIL = {"EMAIL_HOST": "mail.example.org", "EMAIL_FROM": "school@example.org"}
LOGIN = {"OIDC_ISSUER": "https://id.example.org", "OIDC_CLIENT_ID": "classpulse"}


def filled(value: object, given: dict[str, str]) -> str:
    """A value of a compose file with `${NAME}`, `${NAME:-default}` and `${NAME:?why}` put in."""
    return re.sub(
        r"\$\{(\w+)(?::([-?])([^}]*))?\}",
        lambda name: given.get(name[1], "") or (name[3] or "" if name[2] == "-" else ""),
        str(value),
    )


def started_with(tmp_path: Path, given: dict[str, str], shown: str, service: str = "web") -> str:
    """What a setting is in a service of both files, with so much in `.env` and every secret a file."""
    for name in {**COMPOSE["secrets"], **OUTWARD["secrets"]}:
        (tmp_path / name).write_text(f"content of the file {name}, a secret")
    merged = {**SERVICES[service]["environment"], **OUTWARD["services"][service]["environment"]}
    environment = {name: filled(value, {"DOMAIN": "example.org", **given}) for name, value in merged.items()}
    environment = {name: it.replace("/run/secrets", str(tmp_path)) for name, it in environment.items()}
    done = subprocess.run(
        [sys.executable, "-c", f"from classroom import settings as s; print({shown})"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_web_server_and_worker_of_reports_alone_reach_out_and_only_with_a_file_of_its_own() -> None:
    assert set(OUTWARD) == {"services", "secrets", "x-mail"}
    assert set(OUTWARD["services"]) == {"web", "worker-reports"}
    worker = OUTWARD["services"]["worker-reports"]
    assert set(worker["networks"]) == {"inside", "outside"}
    assert set(worker["environment"]) == {"OUTBOUND_PRIVATE_HOSTS", *OUTWARD["x-mail"]}
    assert set(worker["secrets"]) == {*SERVICES["worker-reports"]["secrets"], "email_password"}
    assert set(REACHES_OUT) == {"networks", "environment", "secrets"}
    assert set(REACHES_OUT["networks"]) == {"inside", "outside"} == set(COMPOSE["networks"])
    assert set(REACHES_OUT["secrets"]) == {*SERVICES["web"]["secrets"], *OUTWARD["secrets"]}
    assert not {"EMAIL_HOST_PASSWORD", "OIDC_CLIENT_SECRET"} & set(REACHES_OUT["environment"])
    assert not set(REACHES_OUT["environment"]) & set(SERVICES["web"]["environment"])


def test_what_the_second_file_asks_for_is_what_the_pages_of_settings_say() -> None:
    text, pages = (ROOT / "docker-compose.outward.yml").read_text(), ""
    for page in ("accounts", "configuration", "deploy"):
        pages += (ROOT / "docs" / f"{page}.md").read_text()
    asked = set(re.findall(r"\$\{(\w+)", text))
    assert asked == set(REACHES_OUT["environment"])
    assert {name for name in asked if name.removesuffix("_FILE") not in pages} == set()
    for name, secret in OUTWARD["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
        assert f" secrets/{name}" in pages and f"/run/secrets/{name}" in pages


def test_with_nothing_in_the_env_file_the_web_server_starts_and_sends_no_mail(tmp_path: Path) -> None:
    shown = "s.EMAIL_BACKEND, s.EMAIL_HOST, s.EMAIL_HOST_PASSWORD"
    assert started_with(tmp_path, {}, shown) == "django.core.mail.backends.dummy.EmailBackend"


def test_summaries_of_reports_are_mailed_by_the_worker_that_has_the_mail_server_too(tmp_path: Path) -> None:
    files = {"EMAIL_HOST_PASSWORD_FILE": "/run/secrets/email_password"}
    shown = "s.EMAIL_HOST, s.EMAIL_HOST_PASSWORD, s.DEFAULT_FROM_EMAIL"
    assert started_with(tmp_path, MAIL | files, shown, "worker-reports") == (
        "mail.example.org content of the file email_password, a secret school@example.org"
    )


def test_with_mail_and_the_schools_login_it_reads_both_secrets_from_their_files(tmp_path: Path) -> None:
    files = {
        "EMAIL_HOST_PASSWORD_FILE": "/run/secrets/email_password",
        "OIDC_CLIENT_SECRET_FILE": "/run/secrets/oidc_secret",
    }
    shown = "s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_TLS, s.EMAIL_HOST_PASSWORD"
    assert started_with(tmp_path, MAIL | LOGIN | files, shown) == (
        "mail.example.org 587 True content of the file email_password, a secret"
    )
    assert "content of the file oidc_secret" in started_with(
        tmp_path, LOGIN | files, "s.SOCIALACCOUNT_PROVIDERS"
    )


def test_a_short_secret_key_stops_the_start() -> None:
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": 31 * "x"}
    command = [sys.executable, "-c", "import classroom.settings"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "SECRET_KEY must be at least 32 characters long." in done.stderr


def test_a_product_that_would_answer_under_any_name_does_not_start() -> None:
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": 32 * "x", "ALLOWED_HOSTS": "localhost,*"}
    command = [sys.executable, "-c", "import classroom.settings"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "ALLOWED_HOSTS must name each host" in done.stderr


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in {"web", "migrate", "simulator"}])
def test_a_service_that_stays_up_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_the_web_server_limits_frames_and_patience_as_on_one_machine() -> None:
    image = options(dockerfile.read(DOCKERFILE)[-1].command)
    local = options(programs.web(8000, is_shared=True))
    assert local.items() <= options(programs.web(8000)).items()
    for name in ("--ws-max-size", "--ws-per-message-deflate", "--lifespan", "--http", "--ws"):
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


def test_no_secret_is_a_value_of_the_environment() -> None:
    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / ".env.example").read_text()
    assert re.findall(r"\b(?:SECRET_KEY|\w*PASSWORD)[:=]", text) == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_secret_comes_from_a_file_that_the_service_is_given(name: str) -> None:
    given = {f"/run/secrets/{secret}" for secret in SERVICES[name].get("secrets", [])}
    words = str(SERVICES[name].get("environment", "")) + str(SERVICES[name].get("command", ""))
    assert set(re.findall(r"/run/secrets/\w+", words)) == given


def test_the_secrets_are_those_that_make_secrets_makes(tmp_path: Path) -> None:
    files = [Path(secret["file"]) for secret in COMPOSE["secrets"].values()]
    assert {file.name for file in files} == set(COMPOSE["secrets"]) == set(secret_files.NAMES)
    assert {str(file.parent) for file in files} == {"secrets"}
    assert [str(file.parent) for file in secret_files.make(tmp_path / "secrets")] == [
        str(tmp_path / "secrets")
    ] * len(files)


def test_a_secret_is_made_once_behind_a_closed_folder(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    before = [file.read_text() for file in secret_files.make(folder)]
    assert len(set(before)) == 3
    assert min(map(len, before)) >= 32
    assert secret_files.make(folder) == []
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [(folder / name).read_text() for name in secret_files.NAMES] == before


@pytest.mark.parametrize(
    "path", [".env", ".env.local", "secrets", ".git", "var", "tests", "docs", "dump.sql", "classroom/.env"]
)
def test_what_is_not_the_product_stays_out_of_the_image(path: str) -> None:
    assert is_kept_out(path)


@pytest.mark.parametrize(
    "path", ["classroom", "emotion", "reports", "worker", "manage.py", "models", "static"]
)
def test_the_product_is_in_the_image(path: str) -> None:
    assert not is_kept_out(path)


def is_kept_out(path: str) -> bool:
    return dockerfile.is_kept_out((ROOT / ".dockerignore").read_text(), path)


IMAGES = re.findall(r"^(?:FROM |\s+image: )([\w.:@-]+)(?: |$)", DEPLOYED, flags=re.MULTILINE)


def test_every_image_has_an_exact_tag() -> None:
    names = {image.partition(":")[0] for image in IMAGES}
    assert names == {"python", "postgres", "redis", "caddy"}
    for image in IMAGES:
        assert re.fullmatch(r"\w+:\d+\.\d+(\.\d+)?[\w.-]*(@sha256:[0-9a-f]{64})?", image), image


@pytest.mark.parametrize(
    ("name", "rights"),
    [
        ("caddy", {"NET_BIND_SERVICE"}),
        ("postgres", {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}),
        ("redis", set()),
    ],
)
def test_a_service_has_no_more_rights_than_it_needs(name: str, rights: set[str]) -> None:
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert set(SERVICES[name].get("cap_add", [])) == rights
    assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]


def test_the_log_of_the_database_holds_no_statement_and_no_row() -> None:
    assert SERVICES["postgres"]["command"][:5] == ["postgres", *DISCREET]


def test_the_database_gives_up_who_fell_silent_as_soon_as_it_is_given_up_itself() -> None:
    """Else the locks of a host without power would hold for two hours."""
    asked = (settings.ASKS_AFTER_S, settings.ASKS_EVERY_S, settings.ASKS, 1000 * settings.SILENT_S)
    names = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")
    expected = [f"{name}={value}" for name, value in zip(names, asked, strict=True)]
    assert SERVICES["postgres"]["command"][6::2] == [*expected, "client_connection_check_interval=2000"]
    ini = (ROOT / "docs/operations/kubernetes/pgbouncer.yaml").read_text()
    names = ("tcp_keepidle", "tcp_keepintvl", "tcp_keepcnt", "tcp_user_timeout")
    assert [int(re.search(rf"^ +{name} = (\d+)$", ini, flags=re.MULTILINE)[1]) for name in names] == [*asked]


def test_only_caddy_is_believed_about_who_calls() -> None:
    assert "--forwarded-allow-ips" not in DOCKERFILE
    (network,) = COMPOSE["networks"]["inside"]["ipam"]["config"]
    caddy = SERVICES["caddy"]["networks"]["inside"]["ipv4_address"]
    assert ip_address(caddy) in ip_network(network["subnet"])
    assert ip_address(caddy) not in ip_network(network["ip_range"])  # nobody else is given it
    assert [SERVICES[name]["environment"]["FORWARDED_ALLOW_IPS"] for name in OURS] == [caddy] * len(OURS)


@pytest.mark.parametrize(
    ("caller", "scheme", "client"),
    [("172.30.90.2", "https", "9.9.9.9"), ("172.30.90.130", "http", "172.30.90.130")],
)
def test_headers_of_a_stranger_change_nothing(caller: str, scheme: str, client: str) -> None:
    seen = {}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scheme=scope["scheme"], client=scope["client"][0])

    web = ProxyHeadersMiddleware(application, SERVICES["web"]["environment"]["FORWARDED_ALLOW_IPS"])
    headers = [(b"x-forwarded-proto", b"https"), (b"x-forwarded-for", b"1.1.1.1, 9.9.9.9")]
    scope = {"type": "http", "scheme": "http", "client": (caller, 1), "headers": headers}
    asyncio.run(web(scope, None, None))  # type: ignore[arg-type]
    assert seen == {"scheme": scheme, "client": client}


def test_behind_tls_django_believes_no_header_about_the_scheme() -> None:
    """Uvicorn hears the proxy's; what else comes through is a stranger's."""
    words = "from classroom import settings as s; print(s.BEHIND_TLS, hasattr(s, 'SECURE_PROXY_SSL_HEADER'))"
    done = subprocess.run(
        [sys.executable, "-c", words],
        cwd=ROOT,
        env={**os.environ, "BEHIND_TLS": "true"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["True", "False"]


class Registry(BaseHTTPRequestHandler):
    """Answers as an image registry does: first with where to get a token."""

    def do_HEAD(self) -> None:
        if self.headers.get("Authorization") != "Bearer a-token":
            self.send_response(401)
            realm = f"http://{self.headers['Host']}/token"
            self.send_header("WWW-Authenticate", f'Bearer realm="{realm}",service="registry"')
        elif "/caddy/" in self.path:
            self.send_response(404)
        else:
            self.send_response(200)
            self.send_header(
                "Docker-Content-Digest", f"sha256:{hashlib.sha256(self.path.encode()).hexdigest()}"
            )
        self.end_headers()

    def do_GET(self) -> None:
        assert "service=registry&scope=repository%3Alibrary%2F" in self.path
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"token": "a-token"}')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def registry() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    with served(server):
        yield f"http://127.0.0.1:{server.server_port}"


def test_digests_are_written_beside_the_tags_and_renewed(registry: str) -> None:
    digest = hashlib.sha256(b"/v2/library/python/manifests/3.12.12-slim-bookworm").hexdigest()
    once = image_digests.pinned(DOCKERFILE, registry)
    assert once.count(f"FROM python:3.12.12-slim-bookworm@sha256:{digest}") == 2
    assert image_digests.pinned(once, registry) == once
    assert re.sub(r"@sha256:[0-9a-f]{64}", "", once) == DOCKERFILE


@pytest.mark.parametrize("answers", [True, False])
def test_without_every_digest_nothing_is_changed(
    registry: str, answers: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    for name in image_digests.FILES:
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setenv("REGISTRY", registry if answers else f"http://127.0.0.1:{free_port()}")
    assert image_digests.main(tmp_path) == 1
    assert "Nothing was changed." in capsys.readouterr().err
    for name in image_digests.FILES:
        assert (tmp_path / name).read_text() == (ROOT / name).read_text()


def test_djangos_own_check_of_a_deployment_finds_nothing() -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": secrets.token_urlsafe(60),
        "DATABASE_URL": "postgres://a:b@localhost/c",
        "REDIS_URL": "redis://localhost:1/0",
        "BEHIND_TLS": "true",
        "ALLOWED_HOSTS": "classpulse.example",
        "CSRF_TRUSTED_ORIGINS": "https://classpulse.example",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
