"""The words of the product: each in one or two honest sentences."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Term:
    """`slug` is its anchor on the page of words."""

    slug: str
    name: Text
    meaning: Text


TERMS = (
    Term(
        "access-log",
        _("access log"),
        _("Who looked at whose individual results, where and when. Students read their own entries of it."),
    ),
    Term(
        "attendance",
        _("attendance"),
        _("When somebody's page of the lesson was open. It does not say that anybody sat in front of it."),
    ),
    Term(
        "attention",
        _("attention"),
        _(
            "Where head and eyes point and how far the eyes are open, compared with the student's own first "
            "minute. It cannot tell what somebody is thinking about."
        ),
    ),
    Term(
        "class-mood",
        _("class mood"),
        _("What is said about the class as a whole, in coarse words, once enough students are counted."),
    ),
    Term(
        "classroom",
        _("classroom"),
        _("A teacher's course group, with one join code and link for all its lessons."),
    ),
    Term(
        "consent",
        _("consent"),
        _(
            "What a student agreed to for one lesson: which signals, where they are read, and how long they "
            "are kept. Only what both policy and consent allow is computed."
        ),
    ),
    Term(
        "course",
        _("course"),
        _("Two pages for teachers, “What this can and cannot tell”, with situations to decide."),
    ),
    Term(
        "coverage",
        _("coverage"),
        _(
            "The share of a lesson for which there are measurements. The lower it is, the less a figure "
            "means."
        ),
    ),
    Term(
        "down-or-away",
        _("down or away"),
        _(
            "A level: head or eyes point down or aside. Reading, taking notes, a phone and tired eyes all "
            "look like this."
        ),
    ),
    Term(
        "drifting",
        _("drifting"),
        _(
            "The level between “with you” and “down or away”. Levels are averages over twenty seconds, so a "
            "glance aside changes nothing."
        ),
    ),
    Term(
        "engagement",
        _("engagement"),
        _(
            "A figure calculated from presence, eyes and head, and shown as a level. It is how somebody "
            "looks, not how well they learn; expressions play no part in it."
        ),
    ),
    Term(
        "expression",
        _("expression"),
        _(
            "Which of seven expressions a face resembles in the eyes of a neural network, if any. It is not "
            "a feeling, and it is often misread."
        ),
    ),
    Term(
        "flag",
        _("flag"),
        _(
            "A draft made after a lesson in which something lasted, for a person to look into. Nothing is "
            "decided until a person confirms or dismisses it, with a reason."
        ),
    ),
    Term(
        "guest",
        _("guest"),
        _("A student who joins with a code or link and has no account. A cookie keeps their place."),
    ),
    Term(
        "hint",
        _("Hints"),
        _("Remarks to the teacher during the lesson when something lasts. The teacher can dismiss them."),
    ),
    Term(
        "individual-data",
        _("individual data"),
        _(
            "Results shown beside the names of students who chose that. “No individual data” never says why "
            "there is none."
        ),
    ),
    Term(
        "key-moment",
        _("key moment"),
        _(
            "A moment that the teacher marked, such as a new topic, so that it can be found again in the "
            "report."
        ),
    ),
    Term(
        "lesson",
        _("lesson"),
        _(
            "One sitting, from its start to its end. Consent, attendance and report each belong to one "
            "lesson."
        ),
    ),
    Term(
        "periods",
        _("For how many days"),
        _(
            "How long each kind of data is kept after a lesson, as the policy says. After that it is deleted "
            "automatically."
        ),
    ),
    Term(
        "place",
        _("place"),
        _(
            "A student's name in one classroom, together with their attendance, choices and measurements "
            "there."
        ),
    ),
    Term(
        "policy",
        _("policy"),
        _("What a school allows to be computed, about whom and where, and how long it is kept."),
    ),
    Term(
        "presence",
        _("presence"),
        _("Whether a face is in the picture, and how many. The software does not know whose face it is."),
    ),
    Term(
        "question",
        _("Questions"),
        _("What students ask the teacher without giving their name, once enough of them are here."),
    ),
    Term(
        "reading",
        _("readings"),
        _("The numbers read from one small picture. A single reading is often wrong."),
    ),
    Term(
        "report",
        _("report"),
        _("What is written about a lesson after it ends. It is about the lesson, and never for grades."),
    ),
    Term(
        "roster",
        _("roster"),
        _("Names that a teacher lists in advance. The first student to join under a name gets its place."),
    ),
    Term(
        "second-factor",
        _("Second factor"),
        _("A code from an app, or a passkey, that is asked for at login as well as the password."),
    ),
    Term(
        "simulation",
        _("Simulation"),
        _("A demonstration with students who do not exist; their cameras show a rendered portrait."),
    ),
    Term(
        "smallest-group",
        _("Smallest group that is shown"),
        _(
            "If fewer students than this are counted, nothing is said about the class, so that nobody can be "
            "singled out."
        ),
    ),
    Term(
        "snapshot",
        _("snapshot"),
        _("One small picture of a student's camera. It is read and discarded: no picture is ever stored."),
    ),
    Term(
        "trial",
        _("trial"),
        _(
            "The place of a teacher who tries out being a student. It is marked in every list and never "
            "counted."
        ),
    ),
    Term(
        "unknown",
        _("unknown"),
        _("Nothing is known: camera off, no face found, too little seen. It is never counted as disengaged."),
    ),
    Term(
        "way-back",
        _("way back"),
        _(
            "A code that works once, within 15 minutes, and lets a guest carry on in another browser. It "
            "shows nothing from earlier lessons."
        ),
    ),
    Term(
        "what-they-say",
        _("What they say"),
        _("What students tap themselves: following, lost, need a break, and how the pace is."),
    ),
    Term(
        "withdraw",
        _("withdraw"),
        _(
            "To take back your consent. What was measured in that lesson is deleted at once, and you get a "
            "receipt."
        ),
    ),
    Term(
        "with-me",
        _("With me?"),
        _("One question to everybody, answered yes, partly or no within half a minute."),
    ),
    Term(
        "with-you",
        _("with you"),
        _(
            "The level of somebody whose face and eyes are turned to the screen. It cannot tell what is on "
            "that screen."
        ),
    ),
)
BY_SLUG = {term.slug: term for term in TERMS}


def in_order(terms: tuple[Term, ...] = TERMS) -> list[Term]:
    """By their names, as they are in the language of the page."""
    return sorted(terms, key=lambda term: str(term.name).casefold())
