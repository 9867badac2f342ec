"""Two worlds that differ in how one student takes part, and in what the camera showed, are told of alike.

Classes of chance, too few of them class-only for a word about those. Whatever somebody else can ask for,
during the lesson and after it, is the same then on every page, letter by letter: a teacher, an administrator,
their programs, another student. What sockets send and words tell is compared in `test_alike.py`, what a PDF
is made of in `reports/test_alike.py`.
"""

import json
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from itertools import product
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from classroom import access, queries, services
from classroom.errors import AnticipatedError
from classroom.models import Attendance, Consent, Lesson, Participant
from classroom.models.programs import Scope
from classroom.wire.measurement import Measurement
from emotion.labels import Emotion
from reports.build import build_report
from tests.analyses import NO_FACE, attentive, turned_away
from tests.factories import (
    MONDAY,
    make_admin,
    make_classroom,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
)
from tests.test_bad_input import PARAMETER, filled, routes

pytestmark = pytest.mark.django_db
SAD = attentive(Emotion.SAD)
# How the one takes part of whom nothing is told: at first, what the camera shows, and since CHANGES.
# The first has no camera at all.
HIDDEN = [
    ("no_camera", None, "no_camera"),
    ("class_mood", turned_away(), "class_mood"),
    ("class_mood", SAD, "no_camera"),
    ("no_camera", turned_away(), "class_mood"),
    ("class_mood", NO_FACE, "class_mood"),
]
ONE = 0
MOST_CLASS_ONLY = 3  # with that one fewer than the five of whom words may tell
MINUTES, CHANGES, LOOKS = 13, 7, 10
# Of the pages without a lesson, a class or a student in their address those that tell of some.
LISTS = ("/attention/", "/agreement/", "/overview/", "/access-log", "/places/", "/classrooms/", "/my-data")
UNASKED = ("logout", ".pdf", "join", "/guardians/", "autocomplete", "slides")
QUERIES = {
    "/lessons/<int:lesson_id>/report.xlsx": ["?individuals=on&flags=on"],
    "/lessons/<int:lesson_id>/report-csv.zip": ["?individuals=on&flags=on"],
    "/lessons/<int:lesson_id>/report.json": ["?individuals=on&flags=on"],
    "/lessons/<int:lesson_id>/me/data/": ["?format=json", "?format=csv"],
}


class Class:
    """`others` are way, camera and the minute of coming."""

    def __init__(self, hidden, others, clock):
        first, shows, self.then = hidden
        self.clock, clock.now = clock, MONDAY
        self.school = make_school(name="Hill School")
        self.teacher = make_teacher(school=self.school, username="teacher")
        self.admin = make_admin(school=self.school, username="admin", is_staff=True)
        names = {"name": "Physics", "join_token": "token", "join_code": "ABC234"}
        self.room = make_classroom(teacher=self.teacher, **names)
        self.lesson = make_lesson(classroom=self.room)
        self.plan = [(first, shows, 1), *others]
        self.people: list[Any] = [None] * len(self.plan)

    def play(self, script):
        told = {}
        for minute in range(1, MINUTES + 1):
            self.clock.now = MONDAY + timedelta(minutes=minute)
            self.come(minute)
            if minute == CHANGES:
                self.choose(ONE, self.then)
            for kind, who, more in script[minute]:
                with suppress(AnticipatedError), transaction.atomic():
                    self.act(kind, who, more)
            self.stays().update(last_seen_at=self.clock.now)
            self.measure()
            if minute == LOOKS:
                told |= self.told("live")
        services.end_lesson(lesson_id=self.lesson.id, now=self.clock.now)
        build_report(lesson_id=self.lesson.id, now=self.clock.now, progress=lambda percent: None)
        Lesson.objects.filter(id=self.lesson.id).update(report_state="ready")
        return told | self.told("after")

    def come(self, minute):
        for number, (way, _camera, comes) in enumerate(self.plan):
            if comes == minute:
                name = f"Student {number:02d}"
                one = make_participant(classroom=self.room, display_name=name)
                Participant.objects.filter(id=one.id).update(created_at=self.clock.now)
                self.people[number] = one
                self.choose(number, way)
                at = {"joined_at": self.clock.now, "last_seen_at": self.clock.now}
                Attendance.objects.create(lesson=self.lesson, participant=one, **at)

    def choose(self, number, way):
        who = {"lesson_id": self.lesson.id, "participant_id": self.people[number].id}
        services.give_consent(**who, choice=way, now=self.clock.now)

    def stays(self):
        return Attendance.objects.filter(lesson=self.lesson, left_at=None)

    def measure(self):
        here = set(self.stays().values_list("participant", flat=True))
        shown = {
            one.id: self.plan[number][1]
            for number, one in enumerate(self.people)
            if one and one.id in here and self.plan[number][1]
        }
        given = Consent.objects.active().filter(lesson=self.lesson, participant__in=shown)
        measured = [
            Measurement(one.participant_id, one.id, self.ago(second), shown[one.participant_id])
            for one in given
            for second in range(50, 0, -5)
        ]
        services.record_readings(lesson_id=self.lesson.id, measurements=measured)
        services.tick(lesson_id=self.lesson.id, now=self.clock.now)

    def ago(self, second):
        return self.clock.now - timedelta(seconds=second)

    def act(self, kind, who, more):
        """By anybody what is told of; what only others do never by the one."""
        one, at = self.people[who % len(self.people)], self.ago(20 - more)
        if one is None or (one is self.people[ONE] and kind in OTHERS_DO):
            return
        lesson = {"lesson_id": self.lesson.id, "now": at}
        ACTS[kind](self.lesson, lesson, lesson | {"participant_id": one.id}, more)

    def told(self, when):
        lesson = Lesson.objects.select_related("classroom__school__policy").get(id=self.lesson.id)
        told = {}
        if lesson.is_open:
            told["revealed"] = json.dumps(queries.teacher_state(lesson, self.clock.now, reveal=True))
            others = Consent.objects.active().filter(lesson=lesson).exclude(participant=self.people[ONE])
            for other in others:
                state = queries.student_state(lesson, other, self.clock.now)
                told[f"state of {other.participant_id}"] = json.dumps(state, default=str)
        for name, client, headers in self.watchers():
            for path in self.paths(name):
                answer = client.get(path, headers=headers)
                told[f"{when}: {name} asks for {path}"] = f"{answer.status_code} {text_of(answer)}"
        return told

    def watchers(self):
        about = {"school": self.school, "name": "Timetable", "scopes": list(Scope), "now": self.clock.now}
        for user in (self.teacher, self.admin):
            client = Client()
            client.force_login(user)
            yield user.username, client, {}
            token = services.make_token(owner=user, **about)
            yield f"program of the {user.username}", Client(), {"authorization": f"Bearer {token}"}
        guest, (name, value) = Client(), access.guest_cookie(self.people[1])
        guest.cookies[name] = value
        yield "student", guest, {}

    def paths(self, name) -> Iterator[str]:
        known = {
            "lesson_id": [self.lesson.id],
            "classroom_id": [self.room.id],
            "participant_id": [one.id for one in self.people[:2]],
            "flag_id": self.lesson.flags.values_list("id", flat=True),
            "object_id": [self.lesson.id, *(one.id for one in self.people[:2])],
        }
        for route in filter(lambda one: tells(one, name), routes()):
            names = [name for _kind, name in PARAMETER.findall(route)]
            for values in product(*(known.get(one, ()) for one in names)):
                path = filled(route, dict(zip(names, map(str, values), strict=True)))
                yield from (path + query for query in ("", *QUERIES.get(route, ())))


def tap(_lesson, _its, own, more):
    services.report_self(**own, kind=("lost", "following", "break", "too_fast", "too_slow", "lost")[more % 6])


def ask(_lesson, _its, own, more):
    services.ask_question(**own, text=f"Why {more}?")


def vote(lesson, _its, own, more):
    if question := lesson.questions.order_by("id").first():
        services.vote_for_question(**own, question_id=question.id, on=more % 2 == 0)


def check(_lesson, its, _own, _more):
    services.ask_pulse_check(**its)


def answer(lesson, _its, own, more):
    if pulse := lesson.pulse_checks.order_by("id").last():
        services.answer_pulse_check(**own, pulse_id=pulse.id, kind=("yes", "partly", "no")[more % 3])


def leave(lesson, its, own, _more):
    stays = Attendance.objects.filter(lesson=lesson, participant=own["participant_id"], left_at=None)
    stays.update(left_at=its["now"], last_seen_at=its["now"])


def mark(_lesson, its, _own, more):
    services.add_marker(**its, label=f"Moment {more}")


def pause(_lesson, its, _own, _more):
    services.pause_lesson(**its)
    services.resume_lesson(**its | {"now": its["now"] + timedelta(seconds=9)})


def change(_lesson, _its, own, more):
    services.give_consent(**own, choice=("own_results", "no_camera")[more % 2])


def withdraw(_lesson, _its, own, _more):
    services.withdraw_consent(**own)


def block(_lesson, its, own, _more):
    services.block_participant(participant_id=own["participant_id"], now=its["now"])


OTHERS_DO = {"change", "withdraw", "block"}
ACTS = {
    one.__name__: one for one in (tap, ask, vote, check, answer, leave, mark, pause, change, withdraw, block)
}


def tells(route, name):
    if any(word in route for word in UNASKED) or ("program" in name) != ("/api/" in route):
        return False
    if name == "student":
        return "/me/" in route or "/my-data" in route
    is_rows = "/django-admin/classroom/" in route and "/add/" not in route
    return "lesson_id" in route or "classroom_id" in route or is_rows or route.startswith(LISTS)


def text_of(answer):
    """Without what is of chance, and of a package the files in it but for the moment of its making."""
    body = b"".join(answer) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as files:
            body = b"".join(files.read(one) for one in files.namelist() if "docProps" not in one)
    text = body.decode(errors="replace") + answer.headers.get("Location", "")
    return re.sub(r'(value|content)="\w{64}"|nonce="[^"]*"', "", text)


class Clock:
    now = MONDAY


@pytest.fixture
def clock(monkeypatch, settings, sent):
    """What the product takes for now, and no step held back by what Redis knows of the world before."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=10**12))
    for name in ("win_tick", "win_tiles", "somebody_reveals", "is_step_due"):
        monkeypatch.setattr(f"classroom.wire.events.{name}", lambda lesson_id: True)
    monkeypatch.setattr("classroom.wire.events.changed_tiles", lambda lesson_id, tiles: tiles)
    monkeypatch.setattr("classroom.wire.events.current_seq", lambda lesson_id: 0)
    return clock


def lived(hidden, others, script, clock, kind=Class):
    """What was told in one world, of which nothing is left; the next one's rows have the same numbers."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT setval(quote_ident(sequencename)::regclass, 5000000)
            FROM pg_sequences WHERE schemaname = current_schema()
        """)
    with transaction.atomic():
        try:
            return kind(hidden, others, clock).play(script)
        finally:
            transaction.set_rollback(True)


def a_class(draw):
    others, class_only = [("own_results", attentive(), 1)], 0
    for _ in range(draw.randint(4, 9)):
        way = draw.choice(["own_results", "own_results", "no_camera", "class_mood"])
        class_only += way == "class_mood"
        way = way if class_only <= MOST_CLASS_ONLY else "no_camera"
        others.append((way, draw.choice([attentive(), turned_away(), SAD, NO_FACE]), draw.randint(1, 6)))
    return others


def a_script(draw):
    def acts():
        return [(draw.choice([*ACTS, "tap"]), draw.randint(0, 11), draw.randint(0, 9)) for _ in range(3)]

    return {minute: acts() for minute in range(1, MINUTES + 1)}


@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_else_is_told_how_one_takes_part_or_what_the_camera_showed(seed, clock):
    draw = random.Random(seed)
    others, script = a_class(draw), a_script(draw)
    pair = HIDDEN[0], HIDDEN[seed]
    one, other = (lived(hidden, others, script, clock) for hidden in pair)
    assert one.keys() == other.keys()
    found = {what: differences(text, other[what]) for what, text in one.items() if text != other[what]}
    assert not found


def differences(text, other):
    first = next(i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b)
    return text[max(0, first - 300) : first + 300], other[max(0, first - 300) : first + 300]
