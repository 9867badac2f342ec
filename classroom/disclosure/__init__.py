"""Who may be told what about whom: every rule that keeps a student's result from others, and nothing else.

Pure: rows and clocks come in as values. Live view, hints, report, downloads and administration ask here.
docs/privacy.md prints the rule of the class figures and says what can still be learned from them.

Three kinds of participants with an active consent: those who show their own results (S), those who are
counted for the class mood only (candidates for the group G), and those without camera. Nobody is told who
of the last two is which.
"""

from classroom.disclosure.elsewhere import tells_platform_of
from classroom.disclosure.group import (
    FORMED_WITHIN,
    GRID,
    HELD,
    QUIET,
    Group,
    Member,
    stepped,
)
from classroom.disclosure.guardians import allowed_by, lacks_school, needs_guardian, ways_of_guardian
from classroom.disclosure.said import (
    COMPARED_SINCE,
    TAPS_TOLD_SINCE,
    Whose,
    compares_lessons,
    hides_who_asks,
    is_of_many,
    showed_since,
    tells_own_taps,
    whose_answers,
    whose_taps,
)
from classroom.disclosure.taking_part import (
    COUNTED,
    RESTS_ON,
    counting,
    counts,
    shared_since,
    smallest_group,
    standing,
    ways,
    ways_of_school,
    who_counts,
)
from classroom.disclosure.told import (
    FEW,
    MOST,
    MOSTLY,
    SOME,
    Amount,
    Strength,
    Words,
    class_words,
    steady,
)

__all__ = [
    "COMPARED_SINCE",
    "COUNTED",
    "FEW",
    "FORMED_WITHIN",
    "GRID",
    "HELD",
    "MOST",
    "MOSTLY",
    "QUIET",
    "RESTS_ON",
    "SOME",
    "TAPS_TOLD_SINCE",
    "Amount",
    "Group",
    "Member",
    "Strength",
    "Whose",
    "Words",
    "allowed_by",
    "class_words",
    "compares_lessons",
    "counting",
    "counts",
    "hides_who_asks",
    "is_of_many",
    "lacks_school",
    "needs_guardian",
    "shared_since",
    "showed_since",
    "smallest_group",
    "standing",
    "steady",
    "stepped",
    "tells_own_taps",
    "tells_platform_of",
    "ways",
    "ways_of_guardian",
    "ways_of_school",
    "who_counts",
    "whose_answers",
    "whose_taps",
]
