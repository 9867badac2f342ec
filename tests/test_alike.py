"""Who declined, who has no camera and who is class-only look alike, whatever a teacher can fetch.

Three classes that are the same but for the last one's way of taking part. Everything that the teacher is
told or sent is compared as text, step by step.
"""

import json
from datetime import timedelta

import pytest

from classroom import queries, services
from classroom.models import Attendance, Consent, Lesson, MoodGroup
from classroom.wire.measurement import Measurement
from emotion.labels import Emotion
from tests.analyses import NO_FACE, attentive, turned_away
from tests.factories import MONDAY, make_classroom, make_lesson, make_participant

pytestmark = pytest.mark.django_db

# How the last one takes part, and what the camera shows: None sends nothing.
WAYS = {
    "declined the camera": ("no_camera", None),
    "class only": ("class_mood", turned_away()),
    "class only, without permission for the camera": ("class_mood", None),
    "class only, in front of an empty chair": ("class_mood", NO_FACE),
}
# The others, one after the other.
OTHERS = [("class_mood", attentive()), ("no_camera", None), ("class_mood", attentive(Emotion.HAPPY))]
JOINS_S, LEAVES_S, ENDS_S = 120, 390, 480
SENT_OUT_S = 300
# Whoever is there goes on being heard of until the next step.
HEARD = timedelta(seconds=50)


class Class:
    """One of the classes, played step by step."""

    def __init__(self, size, way):
        self.lesson = make_lesson(classroom=make_classroom(name="Physics"))
        self.people = [self.seat(f"Student {n:02d}", *OTHERS[n % 3]) for n in range(size - 1)]
        self.last, self.joins_s, self.leaves_s = WAYS[way], JOINS_S, LEAVES_S
        self.sent = []

    def seat(self, name, choice, shows, second=0):
        at = MONDAY + timedelta(seconds=second)
        one = make_participant(classroom=self.lesson.classroom, display_name=name)
        services.give_consent(lesson_id=self.lesson.id, participant_id=one.id, choice=choice, now=at)
        Attendance.objects.create(lesson=self.lesson, participant=one, joined_at=at, last_seen_at=at + HEARD)
        return one, shows

    def play(self, second):
        """Cameras send, then the teacher's socket beats."""
        now = MONDAY + timedelta(seconds=second)
        if second == self.joins_s:
            self.people.append(self.seat("Zoe the last", *self.last, second=second))
        if second == self.leaves_s:
            self.stays().filter(participant=self.people[-1][0]).update(left_at=now)
        self.stays().filter(left_at=None).update(last_seen_at=now + HEARD)
        here = set(self.stays().filter(left_at=None).values_list("participant", flat=True))
        shown = {one.id: shows for one, shows in self.people if shows is not None and one.id in here}
        if shown:
            self.measure(shown, now)
            services.step_lesson(lesson_id=self.lesson.id, participant_ids=set(shown), now=now)
        services.tick(lesson_id=self.lesson.id, now=now)

    def stays(self):
        return Attendance.objects.filter(lesson=self.lesson)

    def measure(self, shown, now):
        """All in one batch, as a worker does."""
        given = Consent.objects.filter(lesson=self.lesson, participant__in=shown, ended_at=None)
        taken = [now - timedelta(seconds=second) for second in (3, 2, 1)]
        measured = [
            Measurement(consent.participant_id, consent.id, at, shown[consent.participant_id])
            for consent in given
            for at in taken
        ]
        services.record_readings(lesson_id=self.lesson.id, measurements=measured)

    def told(self, second, *, in_words):
        """All that the teacher can fetch or was sent, as text, without the numbers of rows."""
        told = without_row_numbers([self.state(second), *self.sent])
        return json.dumps(told if in_words else without_words(told))

    def told_since(self, began, second):
        """The same with all words, but for what was told of the class before `began`."""
        state, since = self.state(second), (MONDAY + timedelta(seconds=began)).isoformat()
        moods = [point for point in state["moods"] if point["at"] >= since]
        return json.dumps(without_row_numbers([state | {"moods": moods}, *self.sent]))

    def state(self, second):
        now = MONDAY + timedelta(seconds=second)
        lesson = Lesson.objects.select_related("classroom__school__policy").get(id=self.lesson.id)
        return queries.teacher_state(lesson, now, reveal=True)

    def taps(self, second):
        lesson = Lesson.objects.select_related("classroom__school__policy").get(id=self.lesson.id)
        looked = queries.ClassNow.load(lesson, MONDAY + timedelta(seconds=second))
        return queries.self_report_counts(looked)

    def counted(self):
        group = MoodGroup.objects.filter(lesson=self.lesson).first()
        names = {one.id: one.display_name for one, _shows in self.people}
        return {names[one] for one in group.counted} if group else set()


def without_row_numbers(told):
    """Participants in the order of their numbers, which is the order in which they came."""
    if isinstance(told, dict):
        return {key: without_row_numbers(value) for key, value in told.items() if key != "id"}
    if isinstance(told, list):
        ordered = sorted(one["id"] for one in told if isinstance(one, dict) and "kind" in one)
        ranks = {number: rank for rank, number in enumerate(ordered)}
        return [without_row_numbers(one | {"rank": ranks[one["id"]]} if ranks else one) for one in told]
    return told


def without_words(told):
    """The same without the words of the class, and without steps that told nothing else."""
    if isinstance(told, dict):
        kept = {k: without_words(v) for k, v in told.items() if k not in ("words", "words_at")}
        return {k: v for k, v in kept.items() if k != "mood" or (v and v["shared"])}
    if isinstance(told, list):
        found = [without_words(one) for one in told]
        return [one for one in found if not (isinstance(one, dict) and set(one) == {"at", "shared"})]
    return told


@pytest.fixture
def classes(monkeypatch):
    monkeypatch.setattr("classroom.wire.events.win_tick", lambda lesson_id: True)
    monkeypatch.setattr("classroom.wire.events.win_tiles", lambda lesson_id: True)
    monkeypatch.setattr("classroom.wire.events.somebody_reveals", lambda lesson_id: True)
    monkeypatch.setattr("classroom.wire.events.is_step_due", lambda lesson_id: True)
    monkeypatch.setattr("classroom.wire.events.changed_tiles", lambda lesson_id, tiles: tiles)
    monkeypatch.setattr("classroom.wire.events.current_seq", lambda lesson_id: 0)
    playing = {}

    def note(lesson_id, message):
        playing[lesson_id].sent.append(message)

    for group in ("announce_to_teachers", "announce_to_revealing"):
        monkeypatch.setattr(f"classroom.wire.events.{group}", note)

    def make(size):
        made = [Class(size, way) for way in WAYS]
        playing.update({one.lesson.id: one for one in made})
        return made

    return make


@pytest.mark.parametrize("size", range(1, 13))
def test_the_last_to_join_and_leave_is_told_of_alike_whatever_the_way(size, classes):
    made = classes(size)
    regrouped_alike = True
    for second in range(0, ENDS_S, 30):
        for one in made:
            one.play(second or 1)
        groups = [one.counted() for one in made]
        regrouped_alike = regrouped_alike and all(group == groups[0] for group in groups)
        texts = {one.told(second, in_words=regrouped_alike) for one in made}
        assert len(texts) == 1, f"second {second}: {differences(texts)}"


def differences(texts):
    one, other = sorted(texts)[:2]
    first = next(i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return one[max(0, first - 80) : first + 80], other[max(0, first - 80) : first + 80]


@pytest.mark.parametrize("size", [6, 9])
def test_a_withdrawal_of_the_last_one_is_told_of_alike(size, classes):
    made = classes(size)
    for second in range(0, ENDS_S, 30):
        for one in made:
            one.play(second or 1)
            if second == 300:
                withdraw(one, second)
        texts = {one.told(second, in_words=second < 330) for one in made if second < 130 or second >= 300}
        assert len(texts) <= 1 or second < 130, f"second {second}: {differences(texts)}"


def block(one, second):
    services.block_participant(participant_id=one.people[-1][0].id, now=MONDAY + timedelta(seconds=second))


def remove(one, second):
    services.remove_place(
        participant_id=one.people[-1][0].id,
        by=one.lesson.classroom.teacher,
        now=MONDAY + timedelta(seconds=second),
    )


def tap(one, second):
    lesson, at = one.lesson, MONDAY + timedelta(seconds=second)
    for who, _shows in one.people[:2]:
        services.report_self(lesson_id=lesson.id, participant_id=who.id, kind="lost", now=at)


@pytest.mark.parametrize("act", [block, remove])
def test_whom_a_teacher_sends_out_is_told_of_alike_whatever_the_way(act, classes):
    """Nobody is counted any more, whoever it was, and nobody is again until enough others came."""
    made = classes(9)
    for one in made:
        one.joins_s = 1
    for second in range(0, ENDS_S, 30):
        for one in made:
            if second == SENT_OUT_S:
                assert len(one.counted()) == 5 + (one.last == WAYS["class only"])
                act(one, second - 1)
                one.people.pop()
                one.sent.clear()
            if second == SENT_OUT_S + 60:
                newcomers(one, second)
            one.play(second or 1)
        texts = {one.told_since(SENT_OUT_S, second) for one in made if second >= SENT_OUT_S}
        assert len(texts) <= 1, f"second {second}: {differences(texts)}"
    assert len(made[0].counted()) > 5, "so many came that the class is told of again"


def newcomers(one, second):
    """Enough to be counted anew: one was sent out, and one of them leaves soon."""
    for n in range(7):
        one.people.append(one.seat(f"New {n}", "class_mood", attentive(), second=second))


def ten(classes):
    """Classes of nine who are class-only and of the last one, all there from the start."""
    made = classes(1)
    for one in made:
        one.joins_s = one.leaves_s = None
        one.people = [one.seat(f"Known {n}", "class_mood", attentive()) for n in range(9)]
        one.people.append(one.seat("Zoe the last", *one.last))
    return made


def sent_out(one, people, second):
    at = MONDAY + timedelta(seconds=second)
    for who, _shows in people:
        services.block_participant(participant_id=who.id, now=at)


def let_in(one, who, second):
    """As who was blocked comes in again, and takes part as before."""
    choice = one.last[0] if who == one.people[-1][0] else "class_mood"
    services.unblock_participant(participant_id=who.id)
    at = MONDAY + timedelta(seconds=second)
    services.give_consent(lesson_id=one.lesson.id, participant_id=who.id, choice=choice, now=at)


def stay_silent(made, seconds):
    """Nothing is told of the class in words, and all else alike."""
    for second in seconds:
        for one in made:
            one.play(second)
        texts = {one.told_since(seconds[0], second) for one in made}
        assert len(texts) == 1, f"second {second}: {differences(texts)}"
        assert not any(one.state(second)["view"]["words"] for one in made), f"second {second}"


def test_five_who_are_blocked_and_let_in_again_bring_no_word_back(classes):
    made = ten(classes)
    for one in made:
        for second in range(0, SENT_OUT_S, 30):
            one.play(second or 1)
        assert one.state(SENT_OUT_S - 1)["view"]["words"]
        sent_out(one, one.people[5:], SENT_OUT_S - 1)
        one.sent.clear()
        for who, _shows in one.people[5:]:
            let_in(one, who, SENT_OUT_S - 1)
    stay_silent(made, range(SENT_OUT_S, 700, 30))


def test_of_those_let_in_one_by_one_no_word_tells_which_were_class_only(classes):
    made = ten(classes)
    for one in made:
        one.play(1)
        sent_out(one, one.people, 29)
        one.sent.clear()
    for turn, place in enumerate([0, 1, 2, 3, 9, 4, 5, 6, 7, 8]):
        second = 30 + 120 * turn
        for one in made:
            let_in(one, one.people[place][0], second - 1)
        stay_silent(made, range(second, second + 120, 30))


def test_of_five_who_are_left_before_the_first_words_none_tells_that_all_are_class_only(classes):
    made = ten(classes)
    for one in made:
        one.play(1)
        sent_out(one, one.people[4:-1], 29)
        one.sent.clear()
    stay_silent(made, range(30, 600, 30))


def test_five_who_are_removed_and_come_again_bring_no_word_back(classes):
    """In new places, that nobody knows to be theirs."""
    made = ten(classes)
    for one in made:
        for second in range(0, SENT_OUT_S, 30):
            one.play(second or 1)
        teacher, at = one.lesson.classroom.teacher, MONDAY + timedelta(seconds=SENT_OUT_S - 1)
        for who, _shows in one.people[5:]:
            services.remove_place(participant_id=who.id, by=teacher, now=at)
        one.sent.clear()
        ways = [("class_mood", attentive())] * 4 + [one.last]
        one.people[5:] = [one.seat(f"Again {n}", *way, second=SENT_OUT_S) for n, way in enumerate(ways)]
    stay_silent(made, range(SENT_OUT_S, 700, 30))


@pytest.mark.parametrize("act", [block, remove])
@pytest.mark.parametrize("kind", [None, "lost"])
def test_what_somebody_tapped_who_is_sent_out_is_told_by_no_number(act, kind, classes):
    """Against the same class in which that one tapped nothing: the numbers stay, or none is told any more."""
    one = classes(9)[0]
    for second in range(0, SENT_OUT_S, 30):
        one.play(second or 1)
    tap(one, SENT_OUT_S - 20)
    last = one.people[-1][0]
    if kind:
        at = MONDAY + timedelta(seconds=SENT_OUT_S - 10)
        services.report_self(lesson_id=one.lesson.id, participant_id=last.id, kind=kind, now=at)
    before = one.taps(SENT_OUT_S - 5)
    act(one, SENT_OUT_S)
    assert before["lost"] == (3 if kind else 2)
    assert one.taps(SENT_OUT_S + 1) == (before if act is block else None)


@pytest.mark.parametrize("size", [5, 6, 7])
def test_what_is_told_of_a_check_is_alike_whatever_the_way_of_who_answers(size, classes):
    made = classes(size)
    for one in made:
        one.joins_s = 1
        for second in range(0, SENT_OUT_S, 30):
            one.play(second or 1)
        at = MONDAY + timedelta(seconds=SENT_OUT_S)
        pulse = services.ask_pulse_check(lesson_id=one.lesson.id, now=at)
        for who, _shows in one.people:
            answer = {"lesson_id": one.lesson.id, "participant_id": who.id, "pulse_id": pulse.id}
            services.answer_pulse_check(**answer, kind="no", now=at + timedelta(seconds=5))
        one.play(SENT_OUT_S + 30)
    assert all(one.state(SENT_OUT_S + 30)["pulse"]["told"]["no"] == size for one in made)
    texts = {json.dumps(without_row_numbers(one.state(SENT_OUT_S + 30)["pulse"])) for one in made}
    assert len(texts) == 1


def withdraw(one, second):
    services.withdraw_consent(
        lesson_id=one.lesson.id, participant_id=one.people[-1][0].id, now=MONDAY + timedelta(seconds=second)
    )
    one.people[-1] = (one.people[-1][0], None)
