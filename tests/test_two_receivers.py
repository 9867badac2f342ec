"""Two worlds that differ in one student who shares nothing: other systems of the school are sent the same."""

import random
from types import SimpleNamespace

import pytest

from classroom import access, queries, services
from classroom.models import Consent, Participant, PlatformAccount, PlatformClass
from classroom.models.outgoing import Event
from classroom.services.attendance_returns import accounts_told
from classroom.services.outbox import announce
from tests.factories import make_platform, make_user
from tests.test_two_worlds import HIDDEN, ONE, SAD, Class, a_class, a_script, clock, lived

__all__ = ["clock"]

pytestmark = pytest.mark.django_db
ORIGIN = "https://pulse.school.example"
OF_CHANCE = ("webhook-id", "webhook-signature")
SHOWS = ("own_results", SAD, "own_results")


class Watched(Class):
    """Everybody has an account on the school's platform, and agrees to what the school sends; some of them
    as guests. Nothing is asked here but what receivers get."""

    def __init__(self, hidden, others, clock):
        super().__init__(hidden, others, clock)
        services.set_store(
            school=self.school,
            actor=self.admin,
            address="https://store.example/xAPI",
            key="key",
            secret="secret",
            told=["lesson", "key_moment", "attendance", "self_report"],
            origin=ORIGIN,
            now=clock.now,
        )
        services.make_webhook(
            owner=self.teacher,
            school=self.school,
            name="Diary",
            address="https://hook.example/",
            events=list(Event),
            origin=ORIGIN,
            now=clock.now,
        )
        make_platform(school=self.school, classroom=self.room)
        self.course = PlatformClass.objects.get()

    def come(self, minute):
        super().come(minute)
        for number, one in enumerate(self.people):
            if one is not None and one.user_id is None and number % 3 != 2:
                one.user = make_user(school=self.school)
                Participant.objects.filter(id=one.id).update(user=one.user)
                PlatformAccount.objects.create(
                    platform=self.course.platform,
                    user=one.user,
                    subject=f"s{number}",
                    role="student",
                    made_at=self.clock.now,
                )

    def choose(self, number, way):
        read = queries.school_policy(access.any_lesson(self.lesson.id)).terms
        who = {"lesson_id": self.lesson.id, "participant_id": self.people[number].id}
        services.give_consent(**who, choice=way, read=read, now=self.clock.now)

    def told(self, when):
        if when == "live":
            return {}
        announce(lesson_id=self.lesson.id, event=Event.REPORT_READY, now=self.clock.now)
        lesson = access.any_lesson(self.lesson.id)
        assert (
            Consent.objects.active().filter(lesson=lesson, participant=self.people[ONE]).get().terms.sendings
        )
        while due := services.due_deliveries(now=self.clock.now):
            for one in due:
                claimed = services.claim_delivery(delivery_id=one.id, now=self.clock.now)
                outcome = services.deliver(delivery=claimed, now=self.clock.now)
                services.finish_delivery(delivery=claimed, outcome=outcome, now=self.clock.now)
        sent = {f"sent {number}": each for number, each in enumerate(self.clock.sent)}
        subjects = [one.subject for one in accounts_told(lesson, self.course)]
        return {**sent, "told the platform": str(subjects)}


@pytest.fixture
def receivers(monkeypatch, clock):
    """Whatever leaves this server, as it would leave."""

    def send(method, address, *, headers, body=b"", seconds):
        own = {name: value for name, value in headers.items() if name not in OF_CHANCE}
        clock.sent.append(f"{method} {address} {sorted(own.items())} {body.decode()}")
        return SimpleNamespace(status=200)

    monkeypatch.setattr("classroom.outbound.send", send)
    monkeypatch.setattr("classroom.services.outbox.send_outgoing_task", lambda: None)
    clock.sent = []
    return clock


def sent_of(hidden, others, script, receivers):
    receivers.sent = []
    return lived(hidden, others, script, receivers, Watched)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_receiver_is_told_the_same_of_one_who_shares_nothing(seed, receivers):
    draw = random.Random(seed)
    others, script = a_class(draw), a_script(draw)
    script[3].append(("tap", ONE, 0))
    script[9].append(("tap", ONE, 5))
    pair = HIDDEN[0], HIDDEN[seed]
    one, other = (sent_of(hidden, others, script, receivers) for hidden in pair)
    assert one == other
    assert {text.split()[1] for what, text in one.items() if what.startswith("sent")} == {
        "https://store.example/xAPI/statements",
        "https://hook.example/",
    }
    assert "s0" in one["told the platform"]


def test_of_one_who_shows_the_own_results_the_store_is_told_more(receivers):
    """So that the worlds above are alike because nothing is told, not because nothing is sent."""
    draw = random.Random(1)
    others, script = a_class(draw), a_script(draw)
    script[3].append(("tap", ONE, 0))
    one, other = (sent_of(hidden, others, script, receivers) for hidden in (HIDDEN[0], SHOWS))
    assert one != other and one["told the platform"] == other["told the platform"]
