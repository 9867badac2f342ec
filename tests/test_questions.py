"""Questions to the teacher: without a name, voted for once each, held back for words of a list."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classroom import queries, services
from classroom.errors import (
    ConsentMissing,
    LessonClosed,
    NoPolicy,
    QuestionGone,
    QuestionMissing,
    QuestionTooLong,
    TooFewToAsk,
    TooFewToVote,
    TooManyQuestions,
    UnknownQuestionState,
)
from classroom.models import Attendance, Classroom, Question, QuestionVote
from classroom.queries.questions import own_questions
from classroom.wire import keys
from classroom.wire.redis import client
from tests.factories import MONDAY, make_classroom, make_lesson, make_participant, make_school
from tests.test_class_view import seated

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def announced(monkeypatch):
    """What would have been sent to open sockets."""
    messages = []

    def note(group):
        return lambda *about: messages.append((group, about[-1]))

    for group in ("teachers", "students", "revealing", "participant"):
        monkeypatch.setattr(f"classroom.wire.events.announce_to_{group}", note(group))
    monkeypatch.setattr("classroom.wire.events.win_tick", lambda lesson_id: True)
    return messages


@pytest.fixture(params=["self_report", "full"])
def lesson(request):
    return make_lesson(classroom=make_classroom(school=make_school(preset=request.param)))


def class_of(lesson, size=5):
    return [seated(lesson, "no_camera", name=f"Name {n}") for n in range(size)]


def ask(lesson, student, text="Why is it so?", after_s=0):
    at = NOW + timedelta(seconds=after_s)
    return services.ask_question(lesson_id=lesson.id, participant_id=student.id, text=text, now=at)


def vote(question, student, *, on=True):
    services.vote_for_question(
        lesson_id=question.lesson_id, participant_id=student.id, question_id=question.id, on=on, now=NOW
    )


def settle(question, state):
    services.settle_question(lesson_id=question.lesson_id, question_id=question.id, state=state)


def told(lesson):
    return [(one["text"], one["votes"], one["state"]) for one in queries.teacher_questions(lesson)]


def told_class(lesson):
    return [one["text"] for one in queries.class_questions(lesson)]


# --- asking ----------------------------------------------------------------------------------------------


def test_a_question_is_told_without_anything_about_who_asked(lesson):
    first, *_others = class_of(lesson)
    question = ask(lesson, first, "  Why\tis it\nso? ")
    (info,) = queries.teacher_questions(lesson)
    assert info == {"id": question.id, "text": "Why is it so?", "votes": 0, "state": "open"}
    state = json.dumps(queries.teacher_state(lesson, NOW))
    assert "Name" not in state


@pytest.mark.parametrize(
    ("text", "error"),
    [("", QuestionMissing), (" \u200b\n\0", QuestionMissing), ("x" * 281, QuestionTooLong)],
    ids=["empty", "unseen", "long"],
)
def test_what_is_no_question_is_refused(text, error, lesson):
    first, *_others = class_of(lesson)
    with pytest.raises(error):
        ask(lesson, first, text)
    assert not Question.objects.exists()


def test_what_nobody_can_see_is_not_stored(lesson):
    first, *_others = class_of(lesson)
    assert ask(lesson, first, "a\0b\u202ec\u2066 \u0001é\U0001f468\u200d\U0001f469").text == (
        "a bc é\U0001f468\u200d\U0001f469"
    )
    assert ask(lesson, first, "x" * 280).text == "x" * 280


@pytest.mark.parametrize(("size", "is_taken"), [(4, False), (5, True)])
def test_while_whoever_asks_could_be_guessed_no_question_is_taken(size, is_taken, lesson):
    first, *_others = class_of(lesson, size)
    if not is_taken:
        with pytest.raises(TooFewToAsk, match="guess who is asking"):
            ask(lesson, first)
    else:
        ask(lesson, first)
    assert Question.objects.exists() is is_taken


def test_three_questions_in_five_minutes_are_enough_for_one(lesson):
    first, second, *_others = class_of(lesson)
    for after_s in (0, 1, 2):
        ask(lesson, first, after_s=after_s)
    with pytest.raises(TooManyQuestions):
        ask(lesson, first, after_s=3)
    ask(lesson, second, after_s=3)


@pytest.mark.parametrize(
    ("preset", "minutes", "error"), [("full", 45, LessonClosed), (None, None, NoPolicy)], ids=["over", "none"]
)
def test_where_nothing_may_be_said_nobody_asks(preset, minutes, error):
    lesson = make_lesson(classroom=make_classroom(school=make_school(preset=preset)), minutes=minutes)
    with pytest.raises(error):
        ask(lesson, make_participant(lesson=lesson, choice="no_camera"))


def test_who_withdrew_asks_and_votes_no_more_and_takes_both_along(lesson):
    first, second, *_others = class_of(lesson, 6)
    own, other = ask(lesson, first), ask(lesson, second)
    vote(own, second)
    vote(other, first)
    gone = services.withdraw_consent(lesson_id=lesson.id, participant_id=first.id, now=NOW)
    assert (gone.questions, gone.votes) == (1, 1), "votes of others for the own one are not theirs to count"
    assert told(lesson) == [("Why is it so?", 0, "open")]
    assert not QuestionVote.objects.exists()
    for act in (lambda: ask(lesson, first), lambda: vote(other, first)):
        with pytest.raises(ConsentMissing):
            act()


# --- votes -----------------------------------------------------------------------------------------------


def test_each_votes_once_and_may_take_it_back_and_nobody_for_the_own_one(lesson):
    first, second, third, *_others = class_of(lesson)
    question = ask(lesson, first)
    for _ in range(3):
        vote(question, second)
    vote(question, third)
    assert told(lesson) == [("Why is it so?", 2, "open")]
    vote(question, third, on=False)
    with pytest.raises(QuestionGone):
        vote(question, first)
    assert told(lesson) == [("Why is it so?", 1, "open")]


@given(st.integers(2, 8), st.booleans())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_number_moves_while_so_few_are_here_that_it_is_known_who_moved_it(stay, on):
    """Many asked and voted, and left; a vote, given or taken back, would be that of the few."""
    lesson = make_lesson(classroom=make_classroom(school=make_school(minimum_group_size=5)))
    first, second, third, *others = class_of(lesson, 8)
    question = ask(lesson, first)
    vote(question, second)
    before = told(lesson)
    gone = [one.id for one in [*others, first][: 8 - stay]]
    Attendance.objects.filter(participant__in=gone).update(left_at=NOW)
    if stay >= 5:
        vote(question, third if on else second, on=on)
        assert told(lesson) != before
    else:
        with pytest.raises(TooFewToVote, match="guess who voted"):
            vote(question, third if on else second, on=on)
        assert told(lesson) == before


def test_the_vote_of_a_teacher_who_tries_it_out_is_none(lesson):
    first, *_others = class_of(lesson)
    question = ask(lesson, first)
    vote(question, make_participant(lesson=lesson, choice="no_camera", is_trial=True))
    assert told(lesson) == [("Why is it so?", 0, "open")]


@pytest.mark.parametrize("state", ["answered", "hidden"])
def test_a_question_that_is_not_open_takes_no_vote(state, lesson):
    first, second, *_others = class_of(lesson)
    question = ask(lesson, first)
    settle(question, state)
    with pytest.raises(QuestionGone):
        vote(question, second)


def test_a_question_of_another_lesson_takes_no_vote(lesson):
    first, *_others = class_of(lesson)
    other = make_lesson(classroom=make_classroom(school=lesson.classroom.school))
    question = ask(lesson, first)
    question.lesson_id = other.id
    with pytest.raises(QuestionGone):
        vote(question, class_of(other)[0])


def test_the_most_votes_come_first_and_what_is_answered_last(lesson):
    first, second, third, fourth, _fifth = class_of(lesson)
    questions = [ask(lesson, student, student.display_name) for student in (first, second, third, fourth)]
    vote(questions[2], first)
    settle(questions[0], "answered")
    assert [text for text, _votes, _state in told(lesson)] == ["Name 2", "Name 1", "Name 3", "Name 0"]


# --- the teacher -----------------------------------------------------------------------------------------


def test_a_word_of_the_teachers_list_holds_a_question_back_until_it_is_let_through(
    lesson, announced, django_capture_on_commit_callbacks
):
    Classroom.objects.update(held_words="Rubbish\nby the way")
    first, second, *_others = class_of(lesson)
    with django_capture_on_commit_callbacks(execute=True):
        question = ask(lesson, first, "Is this RÚBBISH, too?")
    assert [(group, message["question"]["state"]) for group, message in announced] == [
        ("participant", "held")
    ]
    assert (told(lesson)[0][2], told_class(lesson)) == ("held", [])
    with pytest.raises(QuestionGone):
        vote(question, second)
    settle(question, "open")
    assert told_class(lesson) == ["Is this RÚBBISH, too?"]
    assert ask(lesson, first, "Rubbishing is another word").state == "open"


def test_what_is_hidden_is_told_to_nobody_but_who_asked_and_comes_back_for_nobody(lesson):
    first, *_others = class_of(lesson)
    question = ask(lesson, first)
    settle(question, "hidden")
    assert (told(lesson), told_class(lesson)) == ([], [])
    assert [one["state"] for one in own_questions(lesson, first.id)] == ["hidden"]
    with pytest.raises(QuestionGone):
        settle(question, "open")


@pytest.mark.parametrize("state", ["held", "", "x" * 5000])
def test_a_teacher_can_make_of_a_question_only_what_is_offered(state, lesson):
    first, *_others = class_of(lesson)
    question = ask(lesson, first)
    with pytest.raises(UnknownQuestionState):
        settle(question, state)


def test_a_question_of_another_lesson_is_not_settled(lesson):
    first, *_others = class_of(lesson)
    question = ask(lesson, first)
    other = make_lesson(classroom=make_classroom(school=lesson.classroom.school))
    with pytest.raises(QuestionGone):
        services.settle_question(lesson_id=other.id, question_id=question.id, state="answered")


def test_questions_are_told_at_the_even_beat_and_only_when_they_changed(lesson, announced):
    first, second, *_others = class_of(lesson)
    client().delete(keys.of("told:questions", lesson.id))

    def beat():
        announced.clear()
        services.tick(lesson_id=lesson.id, now=NOW)
        return [(group, it["questions"]) for group, it in announced if it["type"] == "questions"]

    beat()
    question = ask(lesson, first)
    open_one = {"id": question.id, "text": "Why is it so?", "votes": 0, "state": "open"}
    assert beat() == [("teachers", [open_one]), ("students", [open_one])]
    assert beat() == []
    vote(question, second)
    assert beat()[0] == ("teachers", [open_one | {"votes": 1}])


# --- nobody is found out by sending somebody out -----------------------------------------------------------


def test_whom_a_teacher_blocks_leaves_questions_and_votes_as_they_are(lesson):
    first, second, *_others = class_of(lesson)
    question = ask(lesson, first)
    vote(question, second)
    before = told(lesson)
    for student in (first, second):
        services.block_participant(participant_id=student.id, now=NOW)
    assert told(lesson) == before


@pytest.mark.parametrize("removed", [0, 1, 2], ids=["who asked", "who voted", "who did neither"])
def test_whom_a_teacher_removes_takes_along_no_question_that_the_others_do_not_lose_too(removed, lesson):
    students = class_of(lesson, 6)
    for student in students[:1] + students[3:5]:
        vote(ask(lesson, student), students[1])
    place = students[removed].id
    services.remove_place(participant_id=place, by=lesson.classroom.teacher, now=NOW)
    assert (told(lesson), told_class(lesson)) == ([], [])
    ask(lesson, students[5], "And afterwards?")
    assert told(lesson) == [("And afterwards?", 0, "open")]


# --- afterwards ------------------------------------------------------------------------------------------


def test_a_report_is_told_open_and_answered_questions_until_the_first_is_past_its_period(lesson):
    first, second, third, *_others = class_of(lesson)
    Classroom.objects.update(held_words="rubbish")
    answered, _open, hidden, _held = (
        ask(lesson, student, text, after_s)
        for student, text, after_s in (
            (first, "A?", 0),
            (second, "B?", 30),
            (third, "C?", 40),
            (third, "Rubbish?", 50),
        )
    )
    vote(answered, second)
    settle(answered, "answered")
    settle(hidden, "hidden")
    told = queries.said(lesson, NOW).questions
    assert [(it.at_s, it.text, it.votes, it.is_answered) for it in told] == [
        (600, "A?", 1, True),
        (630, "B?", 0, False),
    ]
    lesson.ended_at = NOW
    third.consents.update(retention_days=7)
    assert len(queries.said(lesson, NOW + timedelta(days=7)).questions) == 2
    assert queries.said(lesson, NOW + timedelta(days=7, seconds=1)).questions == ()
