"""What a worker computes of snapshots that wait: what policy AND consent allow, nothing without them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from classroom import services
from classroom.models import Consent, Policy, Reading
from classroom.wire import events, mailbox
from emotion.values import Region, Sighting, Signal
from tests.analyses import attentive
from tests.factories import make_classroom, make_consent, make_lesson, make_participant, make_school
from worker import tasks

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff"
PRESENCE, ATTENTION, EXPRESSION = Signal


class Asked:
    """Stands for the Analyser; remembers what it was asked to compute."""

    def __init__(self):
        self.signals, self.last = [], []
        self.sighting = Sighting(Region(0.5, 0.5, 0.25, 0.0), faces=1, found=True)

    def analyse(self, jpeg, signals, last=None):
        self.signals.append(set(signals))
        self.last.append(last)
        return replace(attentive(), sighting=self.sighting)


@pytest.fixture
def asked(monkeypatch):
    analyser = Asked()
    monkeypatch.setattr(tasks, "analyser", lambda: analyser)
    return analyser


def waiting(*, preset="full", **consent):
    """A lesson in which a snapshot waits, posted while that was allowed."""
    lesson = make_lesson(
        classroom=make_classroom(school=make_school(preset=preset)),
        started_at=timezone.now() - timedelta(minutes=1),
    )
    agreed = make_consent(lesson=lesson, participant=make_participant(lesson=lesson), **consent)
    asyncio.run(post(agreed))
    return lesson


async def post(consent):
    now = timezone.now()
    snapshot = mailbox.Snapshot(consent.participant_id, consent.id, now, JPEG)
    await mailbox.open_for(consent.lesson_id, consent.participant_id, consent.id)
    await mailbox.post(consent.lesson_id, snapshot, now)


@pytest.mark.parametrize(
    ("preset", "agreed", "computed"),
    [
        ("full", set(Signal), set(Signal)),
        ("full", {PRESENCE, ATTENTION}, {PRESENCE, ATTENTION}),
        ("attention", set(Signal), {PRESENCE, ATTENTION}),
        ("presence", set(Signal), {PRESENCE}),
    ],
)
def test_a_worker_computes_what_policy_and_consent_allow(asked, preset, agreed, computed):
    lesson = waiting(preset=preset, signals=sorted(agreed))
    tasks.analyse_lesson(lesson_id=lesson.id)
    assert asked.signals == [computed]
    assert Reading.objects.count() == 1


@pytest.mark.parametrize("change", ["no policy", "no camera allowed", "withdrawn", "without camera"])
def test_a_snapshot_that_waits_while_it_is_forbidden_is_never_looked_at(asked, change):
    lesson = waiting(
        **({"choice": "no_camera", "signals": list(Signal)} if change == "without camera" else {})
    )
    if change == "no policy":
        Policy.objects.all().delete()
    if change == "no camera allowed":
        services.choose_policy(school=lesson.classroom.school, preset="self_report", now=timezone.now())
    if change == "withdrawn":
        Consent.objects.update(ended_at=timezone.now())
    tasks.analyse_lesson(lesson_id=lesson.id)
    assert asked.signals == []
    assert not Reading.objects.exists()


def test_a_snapshot_that_breaks_the_reader_takes_no_other_along_and_no_point_of_it_is_logged(
    asked, monkeypatch, caplog
):
    lesson = waiting()
    poisoned = Consent.objects.get()
    for _ in range(2):
        asyncio.run(post(make_consent(lesson=lesson, participant=make_participant(lesson=lesson))))
    whole, turns = asked.analyse, iter([ValueError("no face fits the eyes (0.1, 0.2)")])

    def analyse(*args):
        if (error := next(turns, None)) is not None:
            raise error
        return whole(*args)

    monkeypatch.setattr(asked, "analyse", analyse)
    tasks.analyse_lesson(lesson_id=lesson.id)
    assert Reading.objects.count() == 2
    assert not Reading.objects.filter(participant=poisoned.participant_id).exists()
    assert "ValueError" in caplog.text
    assert "0.1" not in caplog.text


def test_whoever_takes_the_next_snapshot_knows_where_the_face_was(asked):
    lesson = waiting()
    tasks.analyse_lesson(lesson_id=lesson.id)
    asyncio.run(post(Consent.objects.get()))
    tasks.analyse_lesson(lesson_id=lesson.id)
    assert asked.last == [None, replace(asked.sighting, found=False)]


def test_what_was_seen_is_forgotten_once_nothing_may_be_noted(asked):
    lesson = waiting()
    tasks.analyse_lesson(lesson_id=lesson.id)
    asked.sighting, known = None, replace(asked.sighting, found=False)
    for _ in range(2):
        asyncio.run(post(Consent.objects.get()))
        tasks.analyse_lesson(lesson_id=lesson.id)
    assert asked.last == [None, known, None]


@pytest.mark.parametrize("shown", [False, True])
def test_a_batch_costs_ten_statements_however_large_it_is(asked, shown, django_assert_max_num_queries):
    """One more where a participant is read for the first time, and now and then a step or tiles."""
    lesson = waiting()
    consents = [Consent.objects.get()]
    for _ in range(7):
        consents.append(make_consent(lesson=lesson, participant=make_participant(lesson=lesson)))
        asyncio.run(post(consents[-1]))
    tasks.analyse_lesson(lesson_id=lesson.id)
    if shown:
        events.note_revealing(lesson.id)
        assert events.win_tiles(lesson.id)
    for batch in (consents, consents[:1]):
        for consent in batch:
            asyncio.run(post(consent))
        with django_assert_max_num_queries(10):
            tasks.analyse_lesson(lesson_id=lesson.id)
    assert Reading.objects.count() == 8 + 8 + 1


@pytest.mark.parametrize(("breaks", "state"), [(False, "ready"), (True, "failed")])
def test_a_report_is_ready_or_says_that_it_failed(breaks, state, monkeypatch):
    lesson = make_lesson(minutes=45)
    if breaks:
        monkeypatch.setattr("reports.build.class_summary", lambda lesson: 1 / 0)
    tasks.build_report(lesson_id=lesson.id)
    lesson.refresh_from_db()
    assert lesson.report_state == state
