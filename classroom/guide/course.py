"""The teachers' course, "What this can and cannot tell": two pages, each with situations to decide.

The prose of a page stands in its template. Whoever changes what a page teaches or asks raises VERSION: it is
asked for again then, and what was done of an older version stays on record.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERSION = 1
MINUTES = 10
"""What both pages take, about."""

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that a teacher may do or think, and what is said to it."""

    key: str
    text: Text
    feedback: Text
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A situation; exactly one answer is right."""

    key: str
    situation: Text
    answers: tuple[Answer, ...]

    def answer(self, key: str | None) -> Answer | None:
        return next((one for one in self.answers if one.key == key), None)

    @property
    def right(self) -> Answer:
        return next(one for one in self.answers if one.is_right)


@dataclass(frozen=True, slots=True)
class Page:
    key: str
    title: Text
    questions: tuple[Question, ...]

    def is_settled(self, settled: frozenset[str]) -> bool:
        return settled >= {question.key for question in self.questions}


MEASURED = Page(
    "measured",
    _("What is measured, and how good it is"),
    (
        Question(
            "down",
            _("For ten minutes a student's level has been “down or away”. What do you know?"),
            (
                Answer(
                    "bored",
                    _("The student does not listen."),
                    _("Listening cannot be seen. Taking notes, reading and looking into a phone look alike."),
                ),
                Answer(
                    "head",
                    _("Head or eyes point elsewhere than in the student's first minute. Why, I do not know."),
                    _("It is a reason to ask the class something, and never an answer by itself."),
                    is_right=True,
                ),
                Answer(
                    "tired",
                    _("The student is tired."),
                    _("Lowered lids look the same when somebody reads what lies on the desk."),
                ),
            ),
        ),
        Question(
            "sad",
            _("A tile says “expression clearly resembles sadness”. What does it tell you?"),
            (
                Answer(
                    "face",
                    _("What the face looks like to a program, now. Nothing about what the student feels."),
                    _("“Clearly” says how sure the program is of its own word, and it errs then too."),
                    is_right=True,
                ),
                Answer(
                    "feels",
                    _("The student is sad. “Clearly” means that it is certain."),
                    _(
                        "Nobody can read that off a face. “Clearly” says how sure the program is of its own "
                        "word, not what is so."
                    ),
                ),
                Answer(
                    "lesson",
                    _("My lesson makes the student sad."),
                    _("Neither the feeling nor its cause is known. Ask, if you are worried."),
                ),
            ),
        ),
        Question(
            "unknown",
            _("A student has been “unknown” for most of the lesson. How do you count that?"),
            (
                Answer(
                    "absent",
                    _("As absent: there was nobody before the camera."),
                    _(
                        "Who sits in dim light, far away or with a hand at the face is often not found. "
                        "Attendance is told apart from what the camera sees."
                    ),
                ),
                Answer(
                    "off",
                    _("As disengaged: whoever takes part would show it."),
                    _("Nothing was seen, so nothing is known. The product never counts it so either."),
                ),
                Answer(
                    "nothing",
                    _("Not at all: nothing is known of that time."),
                    _("Camera off, a bad light and a cat before the lens all look like this."),
                    is_right=True,
                ),
            ),
        ),
        Question(
            "worse",
            _("You compare two students by their expressions. What is wrong with that?"),
            (
                Answer(
                    "minutes",
                    _("Nothing, if both were seen for long enough."),
                    _("More minutes do not help where the network errs in the same way each time."),
                ),
                Answer(
                    "faces",
                    _("The network reads some faces far worse than others, and does not say whose."),
                    _(
                        "Faces unlike those it learned from, faint expressions and bad light are read "
                        "worse. A difference between two students may be a difference between two readings."
                    ),
                    is_right=True,
                ),
                Answer(
                    "numbers",
                    _("It needs the exact numbers, which I can download."),
                    _("Numbers with more digits are not better ones."),
                ),
            ),
        ),
    ),
)
USE = Page(
    "use",
    _("What you may and may not do with it"),
    (
        Question(
            "grade",
            _("You hesitate between two grades for taking part. The report has a figure. Do you look?"),
            (
                Answer(
                    "tip",
                    _("Yes, as one reason among several."),
                    _("One reason among several is a reason. No figure here may count for a grade at all."),
                ),
                Answer(
                    "never",
                    _("No. Nothing in here may count for grades or discipline."),
                    _("Grade what students say, write and do, as you did before."),
                    is_right=True,
                ),
                Answer(
                    "favour",
                    _("Only where it helps the student."),
                    _("Then it harms those whom the camera sees less well, and those without one."),
                ),
            ),
        ),
        Question(
            "draft",
            _("After the lesson the report has drafted a flag for Kim. What comes first?"),
            (
                Answer(
                    "confirm",
                    _("I confirm it: there is evidence, and somebody should know."),
                    _("A draft is a question. A confirmed flag says that a person has looked into it."),
                ),
                Answer(
                    "parents",
                    _("I write to Kim's parents."),
                    _("Nothing has been found out yet. Kim should not hear of it last."),
                ),
                Answer(
                    "talk",
                    _(
                        "I look at what it rests on and, if anything is in it, talk with Kim. Then I decide, "
                        "with a reason."
                    ),
                    _("Most drafts end there. Dismissing one is as good a result as confirming it."),
                    is_right=True,
                ),
            ),
        ),
        Question(
            "cameras",
            _("Some students show “no individual data”. You would like to know who has refused the camera."),
            (
                Answer(
                    "equal",
                    _("I leave it. Taking part without a camera is worth as much, and the reason is theirs."),
                    _("The page looks the same for all of them, so that nobody has to explain."),
                    is_right=True,
                ),
                Answer(
                    "ask",
                    _("I ask them in front of the class."),
                    _("Then the choice is none any more. Consent that is asked about is not free."),
                ),
                Answer(
                    "credit",
                    _("I promise a little extra credit for cameras."),
                    _("Then the choice is bought, and the consent is worth nothing, in law too."),
                ),
            ),
        ),
        Question(
            "worry",
            _("A student writes in your call's chat: “I cannot go on”. The live view shows nothing unusual."),
            (
                Answer(
                    "view",
                    _("I watch the student's tile for a while."),
                    _("A tile cannot tell how anybody is. What the student wrote can."),
                ),
                Answer(
                    "act",
                    _("I talk with the student at once and follow my school's way for emergencies."),
                    _(
                        "Your own eyes and ears come first. A quiet screen never means that somebody "
                        "is well; no one watches it for you."
                    ),
                    is_right=True,
                ),
                Answer(
                    "report",
                    _("I wait for the report, which may draft a flag."),
                    _("The report is about the lesson, and comes too late for a person in need."),
                ),
            ),
        ),
    ),
)
PAGES = (MEASURED, USE)
QUESTIONS = {question.key: question for page in PAGES for question in page.questions}


def page_called(key: str) -> Page | None:
    return next((page for page in PAGES if page.key == key), None)


def settled_by(given: Mapping[str, str]) -> frozenset[str]:
    """The questions of which the right answer was given, by their keys."""
    return frozenset(key for key, one in QUESTIONS.items() if given.get(key) == one.right.key)


def first_unsettled(settled: frozenset[str]) -> Page:
    """Where somebody goes on; the first page for who has settled all."""
    return next((page for page in PAGES if not page.is_settled(settled)), PAGES[0])
