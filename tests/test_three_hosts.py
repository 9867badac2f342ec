"""Web, workers, and database with Redis, each on a host of its own, as docs/deploy.md says for many machines.

A lesson goes on while a worker's host joins, one loses its cable, one its power, and the data's host too.
With IMAGE_ROOT, a folder that `make image-root` made, web and workers are those of the image.
"""

import logging
import os
import secrets
import shlex
import subprocess
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg2
import pytest
import yaml
from django import db
from django.conf import settings

from classroom.local import dockerfile, image_root, programs
from classroom.local.valkey import Cache, server_program
from classroom.models import Reading, Report, RollupBin
from tests import servers
from tests.class_at_work import FLOWING_AGAIN_S, class_at_work, start_lesson
from tests.hosts import Host, Network, NoHosts, network_of
from tests.live import until
from tests.product import ROOT, Product

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

LOGGER = logging.getLogger(__name__)
# A connection whose other end is silent is given up after six seconds, and locks with it: at the worst one
# after the other, where a worker waited for another of its host.
BACK_WITHIN_S = 20.0
AWAY_S = 10.0
SETTLED_S = 0.5
IMAGE = dockerfile.read((ROOT / "Dockerfile").read_text())[-1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
ACCESS = "local all all scram-sha-256\nhost all all 198.18.0.0/15 scram-sha-256\n"
# As a worker that dies while it records.
LOCK = "SELECT 1 FROM classroom_consent FOR NO KEY UPDATE"
AT_WORK = "SELECT count(*) FROM pg_stat_activity WHERE client_addr = %s"


@dataclass
class Apart(Product):
    """Each part on the host of its name; a worker's second one is a part of its own."""

    places: dict[str, Host] = field(default_factory=dict)
    network: Network = field(default_factory=lambda: Network((), 0))

    @property
    def url(self):
        return f"http://{self.places['web'].address}:8000"

    def start_part(self, name):
        with self.places[name].inside():
            super().start_part(name)

    def cut_power(self, host):
        host.cut_power()
        for name, place in self.places.items():
            if place is host:
                self.stop_part(name, crash=True)

    def stop(self):
        """At once, whatever they wait for; what they leave behind dies with the hosts."""
        for name in list(self._processes):
            self.stop_part(name, crash=True)

    def _commands(self):
        worker = programs.worker("snapshots", 1)
        return {
            "web": programs.python_module(*IMAGE.command),
            "worker-snapshots": worker,
            "worker-reports": programs.worker("reports", 1),
            "worker-again": worker,
        }


@dataclass
class OfImage(Apart):
    """As compose starts it: the image's user, nothing to write but /tmp, no setting but those of a server."""

    image: Path = Path()

    @property
    def environment(self):
        given = {"DATABASE_URL": self.database_url, "SECRET_KEY": os.environ["SECRET_KEY"], **self.settings}
        return {**image_root.environment_of(IMAGE), **given}

    def manage(self, *arguments):
        """Its static files are collected."""

    def _commands(self):
        worker = shlex.split(COMPOSE["worker-snapshots"]["command"].replace("${WORKERS:-2}", "1"))
        reports = shlex.split(COMPOSE["worker-reports"]["command"])
        all_of_them = {"web": IMAGE.command, "worker-snapshots": worker, "worker-again": worker}
        all_of_them["worker-reports"] = reports
        return {name: image_root.at_work(self.image, words) for name, words in all_of_them.items()}


@dataclass
class Data:
    """PostgreSQL and Redis on one host, with the settings of docker-compose.yml."""

    host: Host
    cache: Cache
    _redis: subprocess.Popen | None = None

    def start(self):
        access = servers.cluster.data.parent / "hosts.conf"
        access.write_text(ACCESS)
        access.chmod(0o644)
        # What was told is to be there after a crash, whatever the other tests spare.
        options = ["-c", f"listen_addresses={self.host.address}", "-c", f"hba_file={access}"]
        options += ["-c", "synchronous_commit=on", *COMPOSE["postgres"]["command"][1:]]
        with self.host.inside():
            self.cache.prepare()
            self._redis = self.cache.start(self.cache.folder / "redis.log")
            self.cache.wait_until_ready()
            servers.start_database(*options)

    def cut_power(self):
        db.connection.close()
        self.host.cut_power()
        self._redis.wait(20)
        servers.crash_database()

    def opened_from(self, host):
        """A connection of that host's."""
        name, password = settings.DATABASES["default"]["NAME"], servers.cluster.password
        with host.inside():
            return psycopg2.connect(host=self.host.address, dbname=name, user="classpulse", password=password)


@pytest.fixture
def apart(transactional_db, tmp_path):
    try:
        with (
            network_of("data", "web", "worker", "again") as network,
            data_on(network.hosts[0], tmp_path) as data,
        ):
            _, web, worker, again = network.hosts
            places = {"web": web, "worker-snapshots": worker, "worker-reports": worker, "worker-again": again}
            product = started_from(tmp_path, *addresses(data, web), places=places, network=network)
            try:
                with network.inside():
                    product.start("web", "worker-snapshots", "worker-reports")
                yield product, data
            finally:
                product.stop()
    except NoHosts as error:
        pytest.skip(str(error))


def started_from(*given, **apart):
    if image := os.environ.get("IMAGE_ROOT"):
        return OfImage(*given, **apart, image=Path(image).resolve())
    return Apart(*given, **apart)


@contextmanager
def data_on(host, folder):
    """The tests' database is moved there and comes back; it keeps its socket in the file system."""
    data = Data(host, Cache(server_program(), folder, 6379, secrets.token_hex(16), host.address))
    db.connection.close()
    servers.crash_database()
    try:
        data.start()
        yield data
    finally:
        try:
            data.cut_power()
        finally:
            servers.start_database()


def addresses(data, web):
    name, password = settings.DATABASES["default"]["NAME"], servers.cluster.password
    given = {
        "REDIS_URL": f"redis://{data.host.address}:6379/0",
        "REDIS_PASSWORD": data.cache.password,
        "DATABASE_PASSWORD": password,
        "ALLOWED_HOSTS": web.address,
    }
    return f"postgres://classpulse@{data.host.address}:5432/{name}", given


def test_a_lesson_goes_on_while_hosts_join_lose_their_cable_and_lose_power(apart):
    product, data = apart
    worker, again = product.places["worker-snapshots"], product.places["worker-again"]
    lesson = start_lesson()
    with product.network.inside(), class_at_work(product.url, lesson) as it:
        product.start_part("worker-again")
        until(lambda: connections_of(again), FLOWING_AGAIN_S, "the second worker takes its share")

        worker.unplug()
        unplugged_at = time.monotonic()
        flows_again(it, "the worker that joined reads alone")
        time.sleep(max(0.0, unplugged_at + AWAY_S - time.monotonic()))
        worker.plug_in()

        lost = data.opened_from(again)
        lost.cursor().execute(LOCK)
        time.sleep(SETTLED_S)  # else what is not acknowledged yet would tell that it is gone
        product.cut_power(again)
        flows_again(it, "the first worker reads again, and nobody waits for the locks of the dead one")
        lost.close()
        assert [len(each.opened_at) for each in it.connections] == [1, 1, 1, 1], "no browser noticed"

        data.cut_power()
        time.sleep(AWAY_S / 2)
        data.start()
        data.host.plug_in()
        flows_again(it, "all of it is back after the database's host")
        until(lambda: sees_all(it.teacher), 10, "all three, each once")

        it.office.post(f"/lessons/{it.lesson.id}/end/")
        until(lambda: Report.objects.filter(lesson=it.lesson).exists(), FLOWING_AGAIN_S, "the report")
    nothing_is_lost_or_twice(it)
    for part in product.places:
        log_is_clear(product.log(part).read_text().splitlines(), part)


def test_no_browser_of_this_machine_hears_of_such_a_network():
    def own():
        return [subprocess.check_output(["ip", "-oneline", *words]) for words in (["link"], ["address"])]

    try:
        before = own()
        with network_of("web"):
            assert own() == before
    except (NoHosts, FileNotFoundError) as error:
        pytest.skip(str(error))


def flows_again(it, words):
    began = time.monotonic()
    until(lambda: it.readings_flow(since=began), BACK_WITHIN_S, words)
    LOGGER.info("%s after %.1f s", words, time.monotonic() - began)


def connections_of(host):
    with db.connection.cursor() as cursor:
        cursor.execute(AT_WORK, [host.address])
        return cursor.fetchone()[0]


def sees_all(viewer):
    return [view for view in viewer.views(time.monotonic() - 3) if view["present"] == 3]


def nothing_is_lost_or_twice(it):
    """What a student was told of is a row, and is in the sums once."""
    for student in it.students:
        if student.camera is None:
            continue
        told = [datetime.fromisoformat(one["taken_at"]) for one in student.messages("reading")]
        stored = Counter(Reading.objects.filter(taken_at__in=told).values_list("taken_at", flat=True))
        assert set(told) == set(stored) and len(told) == len(set(told))
        assert len(told) <= len(student.sent_at)
    summed = Counter()
    for participant, readings in RollupBin.objects.values_list("participant", "readings"):
        summed[participant] += readings
    assert summed == Counter(Reading.objects.values_list("participant", flat=True))


def log_is_clear(lines, part):
    """One line where something was away and one when it is back, of each outage; no traceback."""
    loud = [line for line in lines if " INFO " not in line and "classroom.quiet" in line]
    for service in ("The database", "Redis"):
        assert sum(f"{service} does not answer" in line for line in loud) <= 2, (part, loud)
    assert "Traceback" not in "".join(lines), part
