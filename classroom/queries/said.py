"""What was asked in a lesson, for its report: checks as they were told, questions without a name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from classroom import disclosure
from classroom.disclosure import Whose
from classroom.models import Consent, Lesson, Policy, PulseCheck, Question
from classroom.queries.lessons import policy_of
from classroom.queries.questions import TOLD, infos


@dataclass(frozen=True, slots=True)
class ToldAnswers:
    """How many answered what, `of` whom; `asked` were there or answered."""

    group_size: int
    of: Whose
    asked: int
    yes: int
    partly: int
    no: int


@dataclass(frozen=True, slots=True)
class SaidCheck:
    """A closed pulse check, so many seconds after the lesson's start; None: too few could be counted."""

    at_s: float
    by_lesson: bool
    answers: ToldAnswers | None


@dataclass(frozen=True, slots=True)
class SaidQuestion:
    """An open or answered question."""

    at_s: float
    text: str
    votes: int
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Said:
    """In the order in which they were asked."""

    checks: tuple[SaidCheck, ...] = ()
    questions: tuple[SaidQuestion, ...] = ()


def told_checks(lesson: Lesson) -> tuple[SaidCheck, ...]:
    """The closed checks as far as they may be told under the policy of today. `lesson` as in `said`."""
    policy = policy_of(lesson)
    if policy is None or not policy.allows_self_report:
        return ()
    return _checks(lesson, policy, Consent.objects.active().filter(lesson=lesson))


def said(lesson: Lesson, now: datetime) -> Said:
    """What may be told of it under the policy of today. `lesson` with its classroom, school and policy.

    Once questions of anybody are past their period none is told, as with taps.
    """
    policy = policy_of(lesson)
    if policy is None or not policy.allows_self_report:
        return Said()
    consents = list(Consent.objects.filter(lesson=lesson))
    is_kept = lesson.ended_at is None or now <= lesson.ended_at + _kept_for(policy, consents)
    return Said(
        checks=_checks(lesson, policy, (one for one in consents if one.ended_at is None)),
        questions=_questions(lesson) if is_kept else (),
    )


def _checks(lesson: Lesson, policy: Policy, active: Iterable[Consent]) -> tuple[SaidCheck, ...]:
    minimum = disclosure.smallest_group(policy, active)
    checks = PulseCheck.objects.filter(lesson=lesson, closed_at__isnull=False)
    return tuple(_check(one, lesson, minimum) for one in checks)


def _check(pulse: PulseCheck, lesson: Lesson, minimum: int) -> SaidCheck:
    told = msgspec.convert(pulse.told, ToldAnswers) if pulse.told else None
    answers = told if told and told.group_size >= minimum else None
    return SaidCheck(lesson.seconds_at(pulse.at), pulse.by_lesson, answers)


def _questions(lesson: Lesson) -> tuple[SaidQuestion, ...]:
    told = Question.objects.filter(lesson=lesson, state__in=TOLD)
    asked_at = dict(told.values_list("id", "at"))
    return tuple(
        SaidQuestion(
            at_s=lesson.seconds_at(asked_at[one["id"]]),
            text=one["text"],
            votes=one["votes"],
            is_answered=one["state"] == Question.State.ANSWERED,
        )
        for one in infos(told)
    )


def _kept_for(policy: Policy, consents: list[Consent]) -> timedelta:
    agreed = (one.retention_days for one in consents)
    return timedelta(days=min([policy.retention_days, policy.names_days, *agreed]))
