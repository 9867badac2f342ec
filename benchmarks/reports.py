"""How long a teacher waits for the report: `python -m benchmarks.reports`. docs/benchmarks.md has its tables.

A lesson with a reading of every student in each ten seconds is ended; a browser stands on its page until the
first sentence is visible, and then opens the report anew. The servers are the product's own.
"""

import gzip
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

from tests import servers

os.environ["DJANGO_SETTINGS_MODULE"] = "classroom.settings"

import django

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from benchmarks.processes import Servers  # noqa: E402
from classroom import services  # noqa: E402
from classroom.models import Lesson, Participant, RollupBin  # noqa: E402
from classroom.terms import Reader  # noqa: E402
from tests.conftest import login_cookie  # noqa: E402
from tests.factories import make_classroom, make_lesson, make_school  # noqa: E402
from tests.reports.scenes import make_bins, make_mood, make_self_report, make_student  # noqa: E402

CLASSES = ((30, 45), (300, 90))
"""Students and minutes."""
READINGS_EVERY_S = 2
OPENED = 5
SENTENCE = ".briefing li"
LEVELS = ("engaged", "engaged", "drifting", "engaged", "away", None)
CHROMIUM = os.environ.get("CLASSPULSE_CHROMIUM", "/usr/bin/chromium")
FILES = ("report.pdf", "report.pdf?individuals=1", "report.xlsx", "report-csv.zip", "report.json")


def taught(students: int, minutes: int) -> Lesson:
    """A lesson that goes on, with ten-second sums, taps and a reading of each student every two seconds."""
    started_at = timezone.now() - timedelta(minutes=minutes)
    lesson = make_lesson(classroom=make_classroom(school=make_school()), started_at=started_at)
    everybody = [
        make_student(lesson, display_name=f"Student {n}", minutes=(0, minutes)) for n in range(students)
    ]
    for n, student in enumerate(everybody[: len(LEVELS)]):
        for first in range(0, minutes, 3):
            level = LEVELS[(n + first // 3) % len(LEVELS)]
            make_bins(lesson, student, minutes=(first, min(first + 3, minutes)), level=level)
    for n, student in enumerate(everybody):
        if n >= len(LEVELS):
            _summed_as(everybody[n % len(LEVELS)], student)
        if n % 3 == 0:
            make_self_report(lesson, student, minute=n % minutes, kind="lost" if n % 2 else "too_fast")
    _read(lesson, minutes)
    make_mood(lesson, minutes=(2, minutes), counted=students)
    lesson.attendances.update(left_at=None, last_seen_at=timezone.now())
    return lesson


def _summed_as(one: Participant, other: Participant) -> None:
    """The other has the same ten-second sums."""
    columns = [
        str(f.column) for f in RollupBin._meta.concrete_fields if f.column not in ("id", "participant_id")
    ]
    listed = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO classroom_rollupbin (participant_id, {listed})"  # noqa: S608 - names of columns
            f" SELECT %s, {listed} FROM classroom_rollupbin WHERE participant_id = %s",
            [other.id, one.id],
        )


def _read(lesson: Lesson, minutes: int) -> None:
    """In one statement: by rows it would take longer than everything else."""
    every = timedelta(seconds=READINGS_EVERY_S)
    last = lesson.started_at + timedelta(minutes=minutes) - every
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO classroom_reading"
            " (lesson_id, participant_id, taken_at, school_id, consent_id, reader, network, faces, level,"
            " was_folded) SELECT lesson_id, participant_id, taken_at, %s, id, %s, '', 1, 'engaged', true"
            " FROM classroom_consent,"
            " generate_series(%s::timestamptz, %s::timestamptz, %s * interval '1 second') AS taken_at"
            " WHERE lesson_id = %s",
            [
                lesson.classroom.school_id,
                Reader.SERVER,
                lesson.started_at,
                last,
                READINGS_EVERY_S,
                lesson.id,
            ],
        )


def measure(students: int, minutes: int, product: Servers) -> list[str]:
    lesson = taught(students, minutes)
    with _page(lesson, product) as page:
        page.goto(f"/lessons/{lesson.id}/report/")
        began = time.monotonic()
        services.end_lesson(lesson_id=lesson.id, now=timezone.now())
        page.goto(f"/lessons/{lesson.id}/report/")
        page.locator(SENTENCE).first.wait_for(timeout=120_000)
        ended = time.monotonic() - began
        rows = [f"| {students} x {minutes} min, {lesson.readings.count():,} readings | {ended:.1f} s |"]
        rows += [_opened(page, f"/lessons/{lesson.id}/report/{rest}") for rest in ("", "?individuals=1")]
        for name in FILES:
            began = time.monotonic()
            answer = page.request.get(f"/lessons/{lesson.id}/{name}", timeout=120_000)
            made = time.monotonic() - began
            rows.append(f"| {name} | {made:.2f} s | {len(answer.body()) / 1000:,.0f} kB |")
    return rows


def _opened(page: Page, address: str) -> str:
    """The median of some: the server's first byte, the first sentence, and the page's weight."""
    answered, seen = [], []
    for _ in range(OPENED):
        began = time.monotonic()
        answer = page.goto(address, wait_until="commit")
        page.locator(SENTENCE).first.wait_for()
        seen.append(time.monotonic() - began)
        answered.append(page.evaluate("performance.getEntriesByType('navigation')[0].responseStart") / 1000)
    body = answer.body() if answer else b""
    weights = f"{len(body) / 1000:,.0f} kB, {len(gzip.compress(body)) / 1000:,.0f} kB compressed"
    return f"| {address} | {median(answered):.2f} s | {median(seen):.2f} s | {weights} |"


@contextmanager
def _page(lesson: Lesson, product: Servers) -> Iterator[Page]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(base_url=product.url)
        cookie = login_cookie(lesson.classroom.teacher, product.url)
        context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": cookie["url"]}])
        yield context.new_page()
        browser.close()


def _classes() -> list[tuple[int, int]]:
    """Those of the command line, as 30x45."""
    sizes = (one.split("x") for one in sys.argv[1:])
    return [(int(students), int(minutes)) for students, minutes in sizes]


def main() -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs a loop in this thread
    servers.start()
    with tempfile.TemporaryDirectory() as folder:
        product = Servers(folder=Path(folder), database_url=servers.cluster.url)
        try:
            product.manage("migrate", "--verbosity", "0")
            product.start()
            for students, minutes in _classes() or CLASSES:
                print(*measure(students, minutes, product), sep="\n", flush=True)
        finally:
            product.stop()
            servers.stop()


if __name__ == "__main__":
    main()
