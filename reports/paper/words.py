"""What the template prints of its own: headings and what explains them."""

from django.utils.translation import gettext_lazy

SIMULATION = gettext_lazy(
    "This is the report of a simulation: the students are simulated and their cameras showed a "
    "rendered portrait. All numbers were measured from it by the same pipeline as in a real "
    "lesson."
)
NOTICE = gettext_lazy(
    "A draft for a person to review; never for grading or discipline. An expression is not a feeling."
)
WORDS = {
    "page": gettext_lazy("page {page} of {pages}"),
    "boxes": gettext_lazy(
        "Some letters cannot be printed here because no font has them; they appear as boxes. The "
        "workbook has them."
    ),
    "briefing": gettext_lazy("In three sentences"),
    "glance": gettext_lazy("At a glance"),
    "turns": gettext_lazy("When it changed"),
    "turns_help": gettext_lazy(
        "Where the class's level changed and stayed so for a while. Each picture: the level before "
        "and after, the higher the better; the band is how far the mean could be off, a dot is one "
        "minute, the dotted line a key moment. This says when it changed, not why."
    ),
    "moments": gettext_lazy("Key moments"),
    "moments_help": gettext_lazy(
        "The two minutes before and after each, compared. This says what changed around it, not why."
    ),
    "no_moments": gettext_lazy("No key moment was marked."),
    "flags": gettext_lazy("Flags"),
    "flags_help": gettext_lazy("Drafts that the rule wrote for students who share their own results."),
    "heat": gettext_lazy("Students by minute"),
    "heat_help": gettext_lazy(
        "How each minute was of those who share their own results, from the start of the lesson to its "
        "end. “No individual data” has many reasons, and none of them is shown."
    ),
    "students": gettext_lazy("Students who share their own results"),
    "attendance": gettext_lazy("Attendance"),
    "attendance_help": gettext_lazy(
        "Connected means that the page was open, with or without a camera. “No individual data” has "
        "many reasons, and none of them is shown."
    ),
    "nobody": gettext_lazy("Nobody joined this lesson."),
    "basis": gettext_lazy("What this rests on"),
    "basis_help": gettext_lazy(
        "The class is told in coarse words and only where enough were counted; exact figures are of "
        "those who show their own results. Coverage is the share of the lesson outside pauses with "
        "measurements. A camera that is off is unknown, never disengaged."
    ),
}
