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
                    _("The student is not listening."),
                    _(
                        "Listening cannot be seen. Taking notes, reading and looking at a phone all look the "
                        "same."
                    ),
                ),
                Answer(
                    "head",
                    _(
                        "Head or eyes point somewhere else than in the student's first minute. I do not know "
                        "why."
                    ),
                    _("It can be a reason to ask the class something. It is never an answer in itself."),
                    is_right=True,
                ),
                Answer(
                    "tired",
                    _("The student is tired."),
                    _("Lowered eyelids look the same when somebody reads something on the desk."),
                ),
            ),
        ),
        Question(
            "sad",
            _("A tile says “expression clearly resembles sadness”. What does it tell you?"),
            (
                Answer(
                    "face",
                    _(
                        "What the face looks like to a program right now. Nothing about what the student "
                        "feels."
                    ),
                    _(
                        "“Clearly” says how sure the program is of its own word, and even then it can be "
                        "wrong."
                    ),
                    is_right=True,
                ),
                Answer(
                    "feels",
                    _("The student is sad: “clearly” means that it is certain."),
                    _(
                        "That cannot be read from a face. “Clearly” says how sure the program is of its own "
                        "word, not what is true."
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
                    _("As absent: there was nobody in front of the camera."),
                    _(
                        "A face in dim light, far away or behind a hand is often not found. Attendance does "
                        "not depend on what the camera sees."
                    ),
                ),
                Answer(
                    "off",
                    _("As disengaged: a student who takes part would show it."),
                    _("Nothing was seen, so nothing is known. ClassPulse never counts it that way either."),
                ),
                Answer(
                    "nothing",
                    _("Not at all: nothing is known about that time."),
                    _("A camera that is off, bad light and a cat in front of the lens all look like this."),
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
                    _("More minutes do not help if the network makes the same mistake every time."),
                ),
                Answer(
                    "faces",
                    _("The network reads some faces much worse than others, and does not say whose."),
                    _(
                        "It reads faces unlike those it learned from, faint expressions and faces in bad "
                        "light worse. The difference may lie in the reading, not in the students."
                    ),
                    is_right=True,
                ),
                Answer(
                    "numbers",
                    _("I need the exact numbers for that, which I can download."),
                    _("More digits do not make a number any better."),
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
            _(
                "You hesitate between two grades for class participation. The report has a figure. Do you "
                "look?"
            ),
            (
                Answer(
                    "tip",
                    _("Yes, as one reason among several."),
                    _(
                        "One reason among several is still a reason. No figure from here may count towards a "
                        "grade at all."
                    ),
                ),
                Answer(
                    "never",
                    _("No. Nothing from here may be used for grades or discipline."),
                    _("Grade what students say, write and do, as you did before."),
                    is_right=True,
                ),
                Answer(
                    "favour",
                    _("Only if it helps the student."),
                    _("Then it harms those whom the camera sees less well, and those who do not use one."),
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
                        "I look at what it rests on and, if there may be something in it, talk with Kim. "
                        "Then I decide, with a reason."
                    ),
                    _("Dismissing a draft is just as good a result as confirming it."),
                    is_right=True,
                ),
            ),
        ),
        Question(
            "cameras",
            _("Some students show “no individual data”. You would like to know who refused the camera."),
            (
                Answer(
                    "equal",
                    _(
                        "I leave it at that. Taking part without a camera is just as good, and the reasons "
                        "are their own."
                    ),
                    _("The page looks the same for all of them, so that nobody has to explain."),
                    is_right=True,
                ),
                Answer(
                    "ask",
                    _("I ask them in front of the class."),
                    _("Then it is no longer a choice. Consent under pressure is not free."),
                ),
                Answer(
                    "credit",
                    _("I promise a little extra credit for cameras."),
                    _("Then the choice is bought, and the consent is worthless, in law as well."),
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
                    _("A tile cannot tell you how anybody is. What the student wrote can."),
                ),
                Answer(
                    "act",
                    _("I talk with the student at once and follow my school's emergency procedure."),
                    _(
                        "Your own eyes and ears come first. A quiet screen never means that somebody is "
                        "well, and nobody else is watching it."
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
