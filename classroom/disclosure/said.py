"""What is told of what students say: taps, answers to checks, questions."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from classroom.disclosure.group import Group, Member, is_new
from classroom.models import Consent, Lesson

TAPS_TOLD_SINCE = 4
"""The version of the English wording that says that the teacher sees the own taps after the lesson too."""
COMPARED_SINCE = 5
"""That which says that a lesson stands beside the own earlier ones, too."""


class Whose(StrEnum):
    """Of whom it is counted what they say: of everybody here, or of those who show their results."""

    CLASS = "class"
    SHARED = "shared"


def showed_since(lesson: Lesson, consents: Iterable[Consent], at: datetime) -> set[int]:
    """Who showed own results at `at`, lesson time, or later, whatever the way now.

    What such a one said meanwhile stood beside the name, and that nothing was said as well. Consents of the
    lesson, ended ones too.
    """
    return {
        one.participant_id
        for one in consents
        if one.shares_own_results and (one.ended_at is None or lesson.time_at(one.ended_at) >= at)
    }


def tells_own_taps(consent: Consent) -> bool:
    """Whether a report may say what this one tapped."""
    return consent.shares_own_results and consent.words.say_since(TAPS_TOLD_SINCE)


def compares_lessons(consent: Consent) -> bool:
    """Whether a report may compare this one's lesson with others of the same student."""
    return consent.shares_own_results and consent.words.say_since(COMPARED_SINCE)


def whose_taps(
    lesson: Lesson, *, others: Collection[int], sharing: Collection[int], minimum: int
) -> Whose | None:
    """Of whom it is told how many tapped what, everywhere; None: of nobody.

    `others` count, are there and did not show their results in the time that is told of, `sharing` do all
    three. The taps of those who show them stand beside their names, so what the numbers of the class leave
    over has to be of enough.
    Nothing is told of a lesson out of which somebody was removed: the numbers before and after would tell
    what that one said.
    """
    if lesson.lacks_somebody:
        return None
    if len(others) >= minimum:
        return Whose.CLASS
    return Whose.SHARED if len(sharing) >= minimum else None


def is_of_many(by_person: Collection[int], minimum: int) -> bool:
    """Whether a figure over many answers is nobody's in particular: how many each of those who gave any gave.

    Of `minimum` people at least, none of whom gave more than half.
    """
    return len(by_person) >= minimum and 2 * max(by_person, default=0) <= sum(by_person)


def hides_who_asks(present: Collection[int], minimum: int) -> bool:
    """Whether enough are here that a question without a name is anybody's.

    Out of a lesson somebody may have been removed: nothing is told then of the questions until that moment.
    """
    return len(present) >= minimum


def whose_answers(
    lesson: Lesson, group: Group, *, others: Sequence[Member], sharing: Collection[int], minimum: int
) -> Whose | None:
    """Of whom it is told how many answered what; None: of nobody.

    `others` count and did not show their results since it was asked; `sharing` count and show them; of all
    who were there since then. The answers of those who show them stand beside their names. So the
    numbers of the class are told where the others alone are enough; after somebody was sent out only where
    enough of them came afterwards, or a teacher would ask, send out and ask again.
    """
    newcomers = [member.participant_id for member in others if is_new(member, group)]
    if not lesson.lacks_somebody and len(newcomers) >= minimum + group.sent_out:
        return Whose.CLASS
    return Whose.SHARED if len(sharing) >= minimum else None
