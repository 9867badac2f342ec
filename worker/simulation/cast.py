"""The demonstration: forty-five minutes, thirteen students, three key moments.

Five take part for the class mood only, as many as the smallest group that may be shown; they are there from
the beginning and stay in the picture, so that the class's words are told from the first minutes on. Seven
show their own results; five of them are there and in the picture from the beginning, so that there are exact
figures too.
"""

from dataclasses import replace

from django.utils.translation import gettext_noop as _

from classroom.models import Consent
from worker.simulation.scripts import KeyMoment, Play, Remark, Scene, Script

OWN_RESULTS, CLASS_MOOD, NO_CAMERA = (
    str(choice)
    for choice in (Consent.Choice.OWN_RESULTS, Consent.Choice.CLASS_MOOD, Consent.Choice.NO_CAMERA)
)

KEEN = (("attentive", 12), ("restless", 3), ("smiling", 3))
AVERAGE = (("attentive", 12), ("restless", 4), ("smiling", 2), ("looking_down", 1), ("second_screen", 1))
SAD = (("sad", 12), ("attentive", 1))
ELSEWHERE = (
    ("turned_left", 4),
    ("turned_right", 3),
    ("looking_down", 4),
    ("eyes_closed", 2),
    ("attentive", 1),
)
ARRIVING = Scene(0, 3, "attentive")

# The second key moment is hard to follow, the third one cheers up.
HARD, EASIER, CHEERFUL = 20.0, 25.0, 34.0
STRAINED = (Scene(HARD, HARD + 1, "surprised"), Scene(HARD + 1, EASIER - 1, "looking_down"))
CHEERED = Scene(CHEERFUL, CHEERFUL + 2, "smiling")

PERSISTENTLY_SAD = Script(2, OWN_RESULTS, SAD)
PERSISTENTLY_DISENGAGED = Script(3, OWN_RESULTS, ELSEWHERE, scenes=(ARRIVING,))
ABSENT = Script(
    11,
    OWN_RESULTS,
    (("empty_chair", 1),),
    scenes=(Scene(0, 2.5, "attentive"), Scene(30, 31, "attentive")),
)
LATECOMER = Script(9, OWN_RESULTS, AVERAGE, scenes=(CHEERED,), joins_minute=12)
WITHOUT_CAMERA = Script(
    None,
    NO_CAMERA,
    KEEN,
    remarks=(Remark(4, "following"), Remark(21.5, "lost"), Remark(26, "following"), Remark(40, "following")),
)


def crowd(play: Play, students: int) -> Play:
    """The same play by so many: its students over and over."""
    scripts = tuple(play.scripts[number % len(play.scripts)] for number in range(students))
    return replace(play, scripts=scripts)


DEMO = Play(
    minutes=45,
    key_moments=(
        KeyMoment(8, _("First example")),
        KeyMoment(HARD, _("The proof")),
        KeyMoment(CHEERFUL, _("Quiz")),
    ),
    scripts=(
        Script(0, OWN_RESULTS, KEEN, scenes=(CHEERED,), remarks=(Remark(9, "following"),)),
        Script(1, OWN_RESULTS, AVERAGE, scenes=(*STRAINED, CHEERED), remarks=(Remark(22, "lost"),)),
        PERSISTENTLY_SAD,
        PERSISTENTLY_DISENGAGED,
        Script(4, CLASS_MOOD, KEEN, scenes=(Scene(HARD, HARD + 1, "surprised"), CHEERED)),
        Script(5, CLASS_MOOD, AVERAGE, scenes=(*STRAINED, CHEERED), remarks=(Remark(21, "lost"),)),
        Script(6, CLASS_MOOD, KEEN, scenes=(Scene(HARD + 1, EASIER, "second_screen"), CHEERED)),
        Script(7, CLASS_MOOD, AVERAGE, scenes=(*STRAINED,), remarks=(Remark(22.5, "lost"),)),
        Script(8, CLASS_MOOD, AVERAGE, remarks=(Remark(38, "need_a_break"),)),
        LATECOMER,
        Script(10, OWN_RESULTS, KEEN, scenes=(CHEERED,), remarks=(Remark(27, "following"),)),
        WITHOUT_CAMERA,
        ABSENT,
    ),
)
