"""The class is asked "With me?": who may answer, for how long, and what its teacher is told of it."""

from datetime import timedelta

import pytest

from classroom import disclosure, queries, services
from classroom.disclosure import Group, Member, Whose
from classroom.errors import (
    ConsentMissing,
    LessonClosed,
    NobodyToAsk,
    NoPolicy,
    PulseCheckClosed,
    PulseCheckOpen,
    PulseCheckTooSoon,
    SelfReportNotAllowed,
    UnknownPulseAnswer,
)
from classroom.models import Attendance, Classroom, Lesson, Participant, Policy, PulseAnswer, PulseCheck
from emotion.judgement.engagement import Level
from tests.analyses import attentive
from tests.factories import MONDAY, make_classroom, make_lesson, make_participant, make_school
from tests.test_class_view import seated

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)
PRESETS = ("self_report", "presence", "attention", "full")


@pytest.fixture(autouse=True)
def announced(monkeypatch):
    """What would have been sent to open sockets, by group."""
    messages = []

    def note(group):
        return lambda lesson_id, message: messages.append((group, message))

    for group in ("teachers", "students", "revealing"):
        monkeypatch.setattr(f"classroom.wire.events.announce_to_{group}", note(group))
    monkeypatch.setattr("classroom.wire.events.win_tick", lambda lesson_id: True)
    monkeypatch.setattr("classroom.services.reports.send_report_task", lambda lesson_id: None)
    return messages


def lesson_of(preset="self_report", minimum_group_size=5, **fields):
    school = make_school(preset=preset, minimum_group_size=minimum_group_size)
    return make_lesson(classroom=make_classroom(school=school), **fields)


def ask(lesson, after_s=0):
    return services.ask_pulse_check(lesson_id=lesson.id, now=NOW + timedelta(seconds=after_s))


def answer(pulse, student, kind="yes", after_s=10):
    services.answer_pulse_check(
        lesson_id=pulse.lesson_id,
        participant_id=student.id,
        pulse_id=pulse.id,
        kind=kind,
        now=NOW + timedelta(seconds=after_s),
    )


def beat(lesson, after_s=31):
    """A viewer's; whoever has not left goes on being heard of."""
    now = NOW + timedelta(seconds=after_s)
    heard_until = now + timedelta(seconds=50)
    Attendance.objects.filter(lesson=lesson, left_at=None).update(last_seen_at=heard_until)
    services.tick(lesson_id=lesson.id, now=now)
    return PulseCheck.objects.filter(lesson=lesson).last().told


def told(of="class", asked=5, yes=0, partly=0, no=0):
    numbers = {"asked": asked, "yes": yes, "partly": partly, "no": no}
    return {"of": of, "group_size": Policy.objects.get().minimum_group_size, **numbers}


# --- asking ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_a_check_works_in_every_policy(preset):
    lesson = lesson_of(preset)
    students = [seated(lesson, "no_camera") for _ in range(5)]
    pulse = ask(lesson)
    for student, kind in zip(students, ("yes", "yes", "partly", "no"), strict=False):
        answer(pulse, student, kind)
    assert beat(lesson) == told(yes=2, partly=1, no=1)


def test_one_check_is_open_at_a_time_and_the_next_comes_a_minute_after_the_last():
    lesson = lesson_of()
    seated(lesson, "no_camera")
    ask(lesson)
    with pytest.raises(PulseCheckOpen):
        ask(lesson, 29)
    with pytest.raises(PulseCheckTooSoon):
        ask(lesson, 59)
    assert PulseCheck.objects.get().closed_at == NOW + timedelta(seconds=59), "nobody's beat had closed it"
    ask(lesson, 60)
    assert PulseCheck.objects.count() == 2


@pytest.mark.parametrize(
    ("preset", "minutes", "error"), [("full", 45, LessonClosed), (None, None, NoPolicy)], ids=["over", "none"]
)
def test_where_nothing_may_be_said_nobody_is_asked(preset, minutes, error):
    lesson = lesson_of(preset, minutes=minutes)
    with pytest.raises(error):
        ask(lesson)


@pytest.mark.parametrize("who", ["nobody ever came", "all have left", "only a teacher who tries it out"])
def test_where_nobody_is_here_nobody_is_asked(who):
    lesson = lesson_of()
    if who == "all have left":
        seated(lesson, "no_camera")
        Attendance.objects.update(left_at=NOW)
    if who == "only a teacher who tries it out":
        seated(lesson, "no_camera")
        Participant.objects.update(is_trial=True)
    with pytest.raises(NobodyToAsk, match="nobody here to ask"):
        ask(lesson)
    assert not PulseCheck.objects.exists()


def test_a_policy_that_forbids_self_reports_forbids_checks():
    lesson = lesson_of()
    Policy.objects.update(allows_self_report=False)
    with pytest.raises(SelfReportNotAllowed):
        ask(lesson)


def test_a_check_is_open_for_half_a_real_minute_however_fast_the_lesson_runs():
    lesson = lesson_of(speed=10)
    student = seated(lesson, "no_camera")
    Attendance.objects.update(last_seen_at=lesson.time_at(NOW))
    pulse = ask(lesson)
    assert pulse.closes_at - pulse.at == timedelta(minutes=5)
    asked = queries.student_state(lesson, student.consents.get(), NOW + timedelta(seconds=12))["pulse"]
    assert (asked["id"], asked["closes_in_ms"], asked["answer"]) == (pulse.id, 18_000, None)


def test_everybody_is_asked_and_the_teacher_told_once_when_it_opens_and_once_when_it_closes(
    announced, django_capture_on_commit_callbacks
):
    lesson = lesson_of()
    seated(lesson, "no_camera")
    with django_capture_on_commit_callbacks(execute=True):
        pulse = ask(lesson)
    with django_capture_on_commit_callbacks(execute=True):
        for after_s in (29, 31, 33):
            beat(lesson, after_s)
    sent = [(group, message["pulse"]) for group, message in announced if "pulse" in message]
    assert sent[1] == ("students", {"id": pulse.id, "closes_in_ms": 30_000, "answer": None})
    assert [(group, it.get("open")) for group, it in sent] == [
        ("teachers", True),
        ("students", None),
        ("teachers", False),
    ]


# --- answering -------------------------------------------------------------------------------------------


def test_an_answer_after_half_a_minute_is_refused():
    lesson = lesson_of()
    early, late = (seated(lesson, "no_camera") for _ in range(2))
    pulse = ask(lesson)
    answer(pulse, early, after_s=29)
    with pytest.raises(PulseCheckClosed, match="has closed"):
        answer(pulse, late, after_s=30)
    assert PulseAnswer.objects.get().participant == early


def test_the_last_answer_while_it_is_open_counts_once():
    lesson = lesson_of()
    students = [seated(lesson, "no_camera") for _ in range(5)]
    pulse = ask(lesson)
    for kind in ("no", "partly", "yes"):
        answer(pulse, students[0], kind)
    assert beat(lesson) == told(yes=1)


def test_nobody_answers_a_check_of_another_lesson_or_with_a_word_that_is_none():
    lesson, other = lesson_of(), lesson_of()
    seated(lesson, "no_camera")
    student, pulse = make_participant(lesson=other, choice="no_camera"), ask(lesson)
    with pytest.raises(ConsentMissing):
        answer(pulse, student)
    pulse.lesson_id = other.id
    with pytest.raises(PulseCheckClosed):
        answer(pulse, student)
    with pytest.raises(UnknownPulseAnswer):
        answer(pulse, student, "maybe")


def test_who_withdrew_answers_no_more_and_what_that_one_answered_is_gone():
    lesson = lesson_of()
    student = seated(lesson, "no_camera")
    pulse = ask(lesson)
    answer(pulse, student)
    assert services.withdraw_consent(lesson_id=lesson.id, participant_id=student.id, now=NOW).answers == 1
    with pytest.raises(ConsentMissing):
        answer(pulse, student)
    assert not PulseAnswer.objects.exists()


# --- what is told ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("students", "is_told"), [(4, False), (5, True)])
def test_answers_are_counted_from_the_smallest_group_on(students, is_told):
    lesson = lesson_of()
    here = [seated(lesson, "no_camera") for _ in range(students)]
    pulse = ask(lesson)
    for student in here:
        answer(pulse, student)
    assert beat(lesson) == (told(yes=5) if is_told else None)


def test_while_it_is_open_nothing_is_told_of_the_answers():
    lesson = lesson_of()
    here = [seated(lesson, "no_camera") for _ in range(5)]
    pulse = ask(lesson)
    for student in here:
        answer(pulse, student)
    assert beat(lesson, 29) is None
    assert queries.teacher_state(lesson, NOW)["pulse"]["open"] is True


def test_what_was_told_stays_as_it_was_told_whoever_withdraws_or_is_removed():
    lesson = lesson_of()
    here = [seated(lesson, "no_camera") for _ in range(7)]
    pulse = ask(lesson)
    for student in here:
        answer(pulse, student, "no")
    before = beat(lesson)
    services.withdraw_consent(lesson_id=lesson.id, participant_id=here[0].id, now=NOW)
    services.remove_place(participant_id=here[1].id, by=lesson.classroom.teacher, now=NOW)
    assert before["no"] == 7
    assert beat(lesson, 60) == before
    assert queries.teacher_state(lesson, NOW)["pulse"]["told"] == before


@pytest.mark.parametrize(
    ("quiet", "sharing", "expected"),
    [
        (5, 5, ("class", 10)),
        (4, 5, ("shared", 5)),
        (1, 9, ("shared", 9)),
        (4, 4, None),
        (0, 5, ("shared", 5)),
    ],
)
def test_beside_answers_with_names_the_others_are_counted_as_a_group_of_their_own(quiet, sharing, expected):
    """Of few who show no results the numbers less the answers with names would be theirs."""
    lesson = lesson_of("full")
    here = [seated(lesson, ("class_mood", "no_camera")[index % 2]) for index in range(quiet)]
    here += [seated(lesson, "own_results") for _ in range(sharing)]
    pulse = ask(lesson)
    for student in here:
        answer(pulse, student)
    assert beat(lesson) == (told(*expected, yes=expected[1]) if expected else None)


@pytest.mark.parametrize("way", ["class_mood", "no_camera"])
@pytest.mark.parametrize(
    ("does", "is_told"),
    [
        ({-1: "turns", 20: "answers"}, True),
        ({10: "answers", 20: "turns"}, False),
        ({10: "turns", 20: "answers"}, False),
        ({10: "answers", 15: "turns", 20: "answers"}, False),
        ({29: "turns"}, False),
    ],
    ids=["turned before", "answers first", "turns first", "answers anew", "answers nothing"],
)
def test_who_showed_results_while_it_was_open_is_none_of_the_others(way, does, is_told):
    """The teacher has read that answer, or that there was none: the numbers without it are those of four."""
    lesson = lesson_of("full")
    others = [seated(lesson, "no_camera") for _ in range(4)]
    fifth = seated(lesson, "own_results")
    pulse = ask(lesson)
    for student in others:
        answer(pulse, student)
    for after_s, what in does.items():
        if what == "answers":
            answer(pulse, fifth, "no", after_s)
        else:
            now = NOW + timedelta(seconds=after_s)
            services.give_consent(lesson_id=lesson.id, participant_id=fifth.id, choice=way, now=now)
    assert beat(lesson) == (told(yes=4, no=1) if is_told else None)


@pytest.mark.parametrize("leaves", ["closes the page", "is blocked"])
def test_who_answers_and_is_gone_is_never_what_the_names_leave_over(leaves):
    lesson = lesson_of("full")
    here = [seated(lesson, "own_results") for _ in range(6)]
    last = seated(lesson, "no_camera")
    pulse = ask(lesson)
    for student in (*here, last):
        answer(pulse, student, "no" if student == last else "yes")
    if leaves == "is blocked":
        services.block_participant(participant_id=last.id, now=NOW + timedelta(seconds=20))
    else:
        Attendance.objects.filter(participant=last).update(left_at=NOW + timedelta(seconds=20))
    assert beat(lesson) == told("shared", 6, yes=6)


def test_a_teacher_who_asks_sends_somebody_out_and_asks_again_is_told_nothing():
    lesson = lesson_of()
    here = [seated(lesson, "no_camera") for _ in range(9)]
    for turn in range(2):
        pulse = ask(lesson, turn * 60)
        for student in here:
            answer(pulse, student, after_s=turn * 60 + 10)
        assert (beat(lesson, turn * 60 + 31) is None) is bool(turn)
        services.block_participant(participant_id=here.pop().id, now=NOW + timedelta(seconds=40))


def test_after_somebody_was_removed_no_check_is_counted():
    lesson = lesson_of()
    here = [seated(lesson, "no_camera") for _ in range(9)]
    services.remove_place(participant_id=here.pop().id, by=lesson.classroom.teacher, now=NOW)
    pulse = ask(lesson)
    for student in here:
        answer(pulse, student)
    assert beat(lesson) is None


@pytest.mark.parametrize(("newcomers", "whose"), [(6, None), (7, "class")])
def test_after_two_were_sent_out_so_many_more_have_to_have_come_since(newcomers, whose):
    group = Group(sent_out=2, sent_out_at=NOW)
    here = [
        Member(
            n,
            is_fresh=True,
            level=Level.UNKNOWN,
            joined_at=NOW + timedelta(seconds=1 if n < newcomers else -1),
        )
        for n in range(12)
    ]
    assert disclosure.whose_answers(make_lesson(), group, others=here, sharing=(), minimum=5) == whose


def test_a_teacher_who_tries_it_out_is_in_no_number():
    lesson = lesson_of(minimum_group_size=3)
    here = [seated(lesson, "no_camera") for _ in range(3)]
    trial = make_participant(lesson=lesson, choice="no_camera", is_trial=True)
    pulse = ask(lesson)
    for student in (*here, trial):
        answer(pulse, student)
    assert beat(lesson) == told(asked=3, yes=3)


def test_guests_make_no_group_where_accounts_alone_count():
    lesson = lesson_of()
    Policy.objects.update(counted="accounts")
    here = [seated(lesson, "no_camera") for _ in range(6)]
    pulse = ask(lesson)
    for student in here:
        answer(pulse, student)
    assert beat(lesson) is None


def test_an_answer_stands_beside_the_name_of_who_shows_results_and_of_nobody_else():
    lesson = lesson_of("full")
    sharing = seated(lesson, "own_results", attentive(), name="Ada")
    quiet = seated(lesson, "class_mood", attentive(), name="Zoe")
    pulse = ask(lesson)
    for student in (sharing, quiet):
        answer(pulse, student, "partly", after_s=1)
    loaded = Lesson.objects.select_related("classroom__school__policy").get(id=lesson.id)
    first, second = queries.tiles(queries.ClassNow.load(loaded, NOW + timedelta(seconds=2)))
    assert first["answer"] == "partly"
    assert set(second) == {"id", "name", "is_trial", "here", "kind"}


# --- at random moments -----------------------------------------------------------------------------------


def asked_by_itself(lesson, minutes, draw, *, step_s=10):
    """When the lesson asks, in minutes, over so many of its own."""
    for second in range(0, minutes * 60, step_s):
        now = MONDAY + timedelta(seconds=second)
        Attendance.objects.filter(lesson=lesson).update(last_seen_at=now)
        services.tick(lesson_id=lesson.id, now=now, draw=draw)
    return [(pulse.at - MONDAY).total_seconds() / 60 for pulse in PulseCheck.objects.filter(by_lesson=True)]


@pytest.fixture
def random_lesson():
    lesson = lesson_of()
    Classroom.objects.update(asks_at_random=True)
    seated(lesson, "no_camera")
    return lesson


def test_a_lesson_asks_by_itself_at_most_once_in_twelve_minutes(random_lesson):
    assert asked_by_itself(random_lesson, 40, lambda: 0.0) == [12, 24, 36]


def test_when_it_asks_is_drawn_anew_at_each_step(random_lesson):
    draws = iter([0.9, 0.5, 0.01, *[0.9] * 99])
    assert asked_by_itself(random_lesson, 15, lambda: next(draws)) == [12 + 20 / 60]


def test_a_check_of_the_teacher_counts_as_one(random_lesson):
    services.ask_pulse_check(lesson_id=random_lesson.id, now=MONDAY + timedelta(minutes=5))
    assert asked_by_itself(random_lesson, 20, lambda: 0.0) == [17]


@pytest.mark.parametrize("why", ["off", "nobody is here", "pause"])
def test_a_lesson_asks_nobody_who_was_not_to_be_asked(why, random_lesson):
    if why == "off":
        Classroom.objects.update(asks_at_random=False)
    elif why == "pause":
        services.pause_lesson(lesson_id=random_lesson.id, now=MONDAY)
    else:
        Attendance.objects.all().delete()
    assert asked_by_itself(random_lesson, 14, lambda: 0.0) == []


# --- afterwards ------------------------------------------------------------------------------------------


def test_a_report_is_told_what_was_told_and_nothing_finer():
    lesson = lesson_of()
    here = [seated(lesson, "no_camera") for _ in range(5)]
    for turn, kind in enumerate(("yes", "no")):
        answer(ask(lesson, turn * 60), here[0], kind, after_s=turn * 60 + 10)
        beat(lesson, turn * 60 + 31)
    first, second = queries.said(lesson, NOW).checks
    assert (first.at_s, first.by_lesson, first.answers.yes, first.answers.asked) == (600, False, 1, 5)
    assert (second.answers.no, second.answers.of) == (1, Whose.CLASS)
    Policy.objects.update(minimum_group_size=6)
    lesson = Lesson.objects.get()
    assert [check.answers for check in queries.said(lesson, NOW).checks] == [None, None]
    Policy.objects.all().delete()
    assert queries.said(Lesson.objects.get(), NOW) == queries.Said()


def test_the_end_of_the_lesson_closes_a_check_with_what_was_answered_so_far():
    lesson = lesson_of()
    here = [seated(lesson, "no_camera") for _ in range(5)]
    answer(ask(lesson), here[0], "no")
    services.end_lesson(lesson_id=lesson.id, now=NOW + timedelta(seconds=12))
    pulse = PulseCheck.objects.get()
    assert (pulse.closed_at, pulse.told) == (NOW + timedelta(seconds=12), told(no=1))
