"""The questions of a class, as its teacher, the class and who asked are told them: never by whom."""

from django.db.models import Count, Q, QuerySet

from classroom.models import Lesson, Question, QuestionVote
from classroom.wire.messages import QuestionInfo

MOST = 100
"""More are not told at once; those with the fewest votes wait."""
TOLD = (Question.State.OPEN, Question.State.ANSWERED)
"""What the class reads."""
SEEN: tuple[str, ...] = (Question.State.HELD, *TOLD)
"""What the teacher reads: what is hidden is done with."""


def class_questions(lesson: Lesson) -> list[QuestionInfo]:
    return told_to_class(teacher_questions(lesson))


def told_to_class(questions: list[QuestionInfo]) -> list[QuestionInfo]:
    """Those of the teacher's that everybody reads."""
    return [question for question in questions if question["state"] in TOLD]


def teacher_questions(lesson: Lesson) -> list[QuestionInfo]:
    """Those held back, then the open ones, then those answered; the most votes first."""
    found = infos(Question.objects.filter(lesson=lesson, state__in=SEEN))
    return sorted(found, key=lambda one: (SEEN.index(one["state"]), -one["votes"], one["id"]))[:MOST]


def own_questions(lesson: Lesson, participant_id: int) -> list[QuestionInfo]:
    """Of whoever asked, what became of each."""
    return infos(Question.objects.filter(lesson=lesson, participant=participant_id))


def voted_for(lesson: Lesson, participant_id: int) -> list[int]:
    votes = QuestionVote.objects.filter(lesson=lesson, participant=participant_id)
    return list(votes.values_list("question", flat=True))


def question_info(question_id: int) -> QuestionInfo | None:
    """None where it was just taken back."""
    return next(iter(infos(Question.objects.filter(id=question_id))), None)


def infos(questions: QuerySet[Question]) -> list[QuestionInfo]:
    """The vote of whoever only tries it out is none."""
    votes = Count("votes", filter=Q(votes__participant__is_trial=False))
    rows = questions.order_by("id").annotate(count=votes).values_list("id", "text", "count", "state")
    return [{"id": one, "text": text, "votes": count, "state": state} for one, text, count, state in rows]
