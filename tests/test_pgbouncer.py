"""A lesson over PgBouncer, which lends connections of the database for a transaction at a time."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings
from django.utils import timezone

from classroom import services
from classroom.local.processes import free_port, identity_of, is_free
from classroom.models import Lesson, Report
from tests.class_at_work import FLOWING_AGAIN_S, class_at_work
from tests.live import until
from tests.servers import cluster

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NO_PGBOUNCER = "no pgbouncer found: install it (Debian: apt-get install pgbouncer)"
CONNECTIONS = 2
CONFIGURATION = """\
[databases]
* = host={socket} port=5432
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users
admin_users = {user}
pool_mode = transaction
default_pool_size = {connections}
server_idle_timeout = 5
logfile = {folder}/log
"""


@dataclass(frozen=True)
class Bouncer:
    port: int
    user: str
    password: str

    @property
    def url(self):
        name = settings.DATABASES["default"]["NAME"]
        return f"postgres://{self.user}:{quote(self.password)}@127.0.0.1:{self.port}/{name}"

    def pools(self):
        """Clients and connections of the product's database."""
        admin = psycopg2.connect(
            host="127.0.0.1", port=self.port, user=self.user, password=self.password, dbname="pgbouncer"
        )
        admin.autocommit = True
        try:
            with admin.cursor() as cursor:
                cursor.execute("SHOW POOLS")
                names = [column.name for column in cursor.description]
                pools = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        finally:
            admin.close()
        (pool,) = (one for one in pools if one["database"] == settings.DATABASES["default"]["NAME"])
        clients = pool["cl_active"] + pool["cl_waiting"]
        return pool["pool_mode"], clients, sum(pool[name] for name in ("sv_active", "sv_idle", "sv_used"))


@pytest.fixture
def bouncer(transactional_db):
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.skip(NO_PGBOUNCER)
    folder = cluster.data.parent / "bouncer"
    folder.mkdir(mode=0o700)
    own = settings.DATABASES["default"]
    found = Bouncer(free_port(), own["USER"], own["PASSWORD"])
    (folder / "users").write_text(f'"{found.user}" "{found.password}"\n')
    text = CONFIGURATION.format(
        socket=cluster.socket_folder, port=found.port, folder=folder, user=found.user, connections=CONNECTIONS
    )
    (folder / "ini").write_text(text)
    if cluster.account:
        for path in (folder, folder / "users", folder / "ini"):
            os.chown(path, cluster.account.pw_uid, cluster.account.pw_gid)
    process = subprocess.Popen(
        [program, str(folder / "ini")],
        cwd=folder,
        stderr=subprocess.DEVNULL,
        **identity_of(cluster.account),
    )
    try:
        until(lambda: not is_free(found.port), 10, "pgbouncer")
        yield found
    finally:
        process.kill()
        process.wait(10)
        shutil.rmtree(folder)


def test_a_lesson_goes_from_its_first_reading_to_its_report_over_two_connections_for_all(
    bouncer, start_product
):
    product = start_product(DATABASE_URL=bouncer.url)
    with class_at_work(product.url) as it:
        mode, _clients, connections = until(lambda: crowded(bouncer), 10, "more clients than connections")
        assert mode == "transaction"
        assert connections <= CONNECTIONS
        student = next(one for one in it.students if one.camera)
        own = json.loads(student.visitor.get(f"/lessons/{it.lesson.id}/me/data/?format=json"))
        assert own["readings"]
        services.end_lesson(lesson_id=it.lesson.id, now=timezone.now())
        until(lambda: Report.objects.filter(lesson=it.lesson).exists(), FLOWING_AGAIN_S, "the report")
    assert Lesson.objects.get().report_state in ("building", "ready")
    for part in ("web", "worker-snapshots", "worker-reports"):
        assert "Traceback" not in product.log(part).read_text(), part


def crowded(bouncer):
    """The pool, once more clients are there than connections; one may just have left."""
    found = bouncer.pools()
    return found if found[1] > CONNECTIONS else None


def test_no_cursor_is_left_open_on_a_connection_that_somebody_else_gets_next():
    assert settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] is True
