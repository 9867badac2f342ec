"""Questions to the teacher, without a name: asked, voted for, let through, answered, hidden."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from classroom import disclosure, queries
from classroom.access import any_lesson
from classroom.errors import (
    ConsentMissing,
    LessonClosed,
    QuestionGone,
    QuestionMissing,
    QuestionTooLong,
    TooFewToAsk,
    TooFewToVote,
    TooManyQuestions,
    UnknownQuestionState,
)
from classroom.models import Consent, Lesson, Question, QuestionVote
from classroom.models.said import LONGEST_QUESTION
from classroom.queries import ClassNow
from classroom.services.self_reports import check_allowed
from classroom.wire import events
from classroom.wire.messages import QuestionTaken
from classroom.word_list import WordList, one_line

ASKED_AT_MOST, WITHIN = 3, timedelta(minutes=5)
# What a teacher may make of a question.
SETTLED = (Question.State.OPEN, Question.State.ANSWERED, Question.State.HIDDEN)


def ask_question(*, lesson_id: int, participant_id: int, text: str, now: datetime) -> Question:
    """Held back for the teacher where it has a word of the class's list.

    Refused while so few are here that whoever asks could be guessed. Raises what `check_allowed` does,
    QuestionMissing, QuestionTooLong, TooFewToAsk, ConsentMissing, TooManyQuestions.
    """
    text = one_line(text)
    if not text:
        raise QuestionMissing
    if len(text) > LONGEST_QUESTION:
        raise QuestionTooLong
    lesson = any_lesson(lesson_id)
    check_allowed(lesson)
    if not _are_enough(lesson, now):
        raise TooFewToAsk
    at = lesson.time_at(now)
    is_held = WordList.read(lesson.classroom.held_words).holds(text)
    with transaction.atomic():
        own = _own(lesson, participant_id)
        if Question.objects.filter(**own, at__gt=at - WITHIN).count() >= ASKED_AT_MOST:
            raise TooManyQuestions
        state = Question.State.HELD if is_held else Question.State.OPEN
        question = Question.objects.create(**own, at=at, text=text, state=state)
        transaction.on_commit(lambda: _tell_who_asked(question))
    return question


def vote_for_question(
    *, lesson_id: int, participant_id: int, question_id: int, on: bool, now: datetime
) -> None:
    """Once each, and never for the own one. A vote is taken back as it is given: while enough are here.

    Raises what `check_allowed` does, TooFewToVote, ConsentMissing, QuestionGone.
    """
    lesson = any_lesson(lesson_id)
    check_allowed(lesson)
    if not _are_enough(lesson, now):
        raise TooFewToVote
    with transaction.atomic():
        own = _own(lesson, participant_id)
        others = Question.objects.filter(lesson=lesson, id=question_id, state=Question.State.OPEN)
        question = others.exclude(participant=participant_id).select_for_update(no_key=True).first()
        if question is None:
            raise QuestionGone
        if on:
            defaults = {"at": lesson.time_at(now)}
            QuestionVote.objects.get_or_create(question=question, defaults=defaults, **own)
        else:
            QuestionVote.objects.filter(question=question, **own).delete()


def settle_question(*, lesson_id: int, question_id: int, state: str) -> None:
    """Let through, answered or hidden, by the teacher.

    Raises UnknownQuestionState, LessonClosed, QuestionGone.
    """
    if state not in SETTLED:
        raise UnknownQuestionState
    lesson = any_lesson(lesson_id)
    if not lesson.is_open:
        raise LessonClosed
    with transaction.atomic():
        shown = Question.objects.filter(lesson=lesson, id=question_id).exclude(state=Question.State.HIDDEN)
        if (question := shown.select_for_update(no_key=True).first()) is None:
            raise QuestionGone
        question.state = state
        question.save(update_fields=["state"])
        transaction.on_commit(lambda: _tell_who_asked(question))
        transaction.on_commit(lambda: tell_questions(lesson))


def tell_questions(lesson: Lesson) -> None:
    """To the teacher and the class, where they are others than were told last; at the viewers' beat."""
    questions = queries.teacher_questions(lesson)
    if not events.is_news(lesson.id, "questions", questions):
        return
    events.announce_to_teachers(lesson.id, {"type": "questions", "questions": questions})
    told = queries.told_to_class(questions)
    events.announce_to_students(lesson.id, {"type": "questions", "questions": told})


def _are_enough(lesson: Lesson, now: datetime) -> bool:
    looked = ClassNow.load(lesson, now)
    return disclosure.hides_who_asks(looked.present & looked.counting, looked.minimum)


def _own(lesson: Lesson, participant_id: int) -> dict[str, Any]:
    """Whose it is, with the consent locked as for a tap. Raises ConsentMissing."""
    own: dict[str, Any] = {"lesson": lesson, "participant_id": participant_id}
    if Consent.objects.active().filter(**own).select_for_update(no_key=True).first() is None:
        raise ConsentMissing
    return own


def _tell_who_asked(question: Question) -> None:
    if (info := queries.question_info(question.id)) is not None:
        message: QuestionTaken = {"type": "question_taken", "question": info}
        events.announce_to_participant(question.lesson_id, question.participant_id, message)
