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
        _("When somebody's page of the lesson was open. It does not say that anybody sat before it."),
    ),
    Term(
        "attention",
        _("attention"),
        _(
            "Where head and eyes point and how far the eyes are open, compared with the student's own first "
            "minute. What somebody thinks of, it cannot tell."
        ),
    ),
    Term(
        "class-mood",
        _("class mood"),
        _("What is told of the class as a whole, in coarse words, once enough students are counted."),
    ),
    Term(
        "classroom",
        _("classroom"),
        _("A course group of a teacher, with one join code and link for all its lessons."),
    ),
    Term(
        "consent",
        _("consent"),
        _(
            "What a student agreed to for one lesson: which signals, where they are read, for how long they "
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
        _("The share of a lesson of which there are measurements. With little of it a figure says little."),
    ),
    Term(
        "down-or-away",
        _("down or away"),
        _(
            "A level: head or eyes point down or aside. Reading, taking notes, a phone and heavy lids all "
            "look like this."
        ),
    ),
    Term(
        "drifting",
        _("drifting"),
        _(
            "The level between “with you” and “down or away”. A level is an average of twenty seconds, so a "
            "glance aside changes nothing."
        ),
    ),
    Term(
        "engagement",
        _("engagement"),
        _(
            "A figure from presence, eyes and head, told as a level. It is how somebody looks, not how "
            "somebody learns, and an expression has no part in it."
        ),
    ),
    Term(
        "expression",
        _("expression"),
        _(
            "Which of seven expressions a face resembles to a network, or that it is not sure. It is not a "
            "feeling, and it is often misread."
        ),
    ),
    Term(
        "flag",
        _("flag"),
        _(
            "A draft, made after a lesson when something lasted, for a person to look into. Nobody has "
            "decided anything before a person confirms or dismisses it with a reason."
        ),
    ),
    Term(
        "guest",
        _("guest"),
        _("A student who joins with a code or link and has no account. A cookie keeps the place."),
    ),
    Term(
        "hint",
        _("Hints"),
        _("Remarks to the teacher during the lesson, when something lasts. They may be dismissed."),
    ),
    Term(
        "individual-data",
        _("individual data"),
        _(
            "Results beside a name, of students who chose to show them. “No individual data” never says why "
            "there is none."
        ),
    ),
    Term(
        "key-moment",
        _("key moment"),
        _("A moment that the teacher marked, such as a new topic, to find it again in the report."),
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
            "The policy's periods: how long each kind of thing is kept after a lesson. Then it is deleted, "
            "hour by hour and without anybody's doing."
        ),
    ),
    Term(
        "place",
        _("place"),
        _(
            "A student's name in one classroom, with the attendance, choices and measurements that belong to "
            "it."
        ),
    ),
    Term(
        "policy",
        _("policy"),
        _("What a school allows to be computed, of whom, where, and for how long it is kept."),
    ),
    Term(
        "presence",
        _("presence"),
        _("Whether a face is in the picture, and how many. Whose face it is, is never asked."),
    ),
    Term(
        "question",
        _("Questions"),
        _("What students ask the teacher without their name, once enough are here."),
    ),
    Term(
        "reading",
        _("readings"),
        _("The numbers that were read from one small picture. Single ones are often wrong."),
    ),
    Term(
        "report",
        _("report"),
        _("What is written about a lesson after its end: about the lesson first, and about no grades."),
    ),
    Term(
        "roster",
        _("roster"),
        _("Names that a teacher lists beforehand. Whoever comes first under a name has its place."),
    ),
    Term(
        "second-factor",
        _("Second factor"),
        _("A code from an app, or a passkey, that a login asks for beside the password."),
    ),
    Term(
        "simulation",
        _("Simulation"),
        _("A demonstration with students who do not exist; their cameras show a rendered portrait."),
    ),
    Term(
        "smallest-group",
        _("Smallest group that is shown"),
        _("With fewer students counted nothing is told of the class, so that nobody is found out by it."),
    ),
    Term(
        "snapshot",
        _("snapshot"),
        _("One small picture of a student's camera. It is read and thrown away: no picture is ever stored."),
    ),
    Term(
        "trial",
        _("trial"),
        _("The place of a teacher who tries being a student. It is marked in every list and never counted."),
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
            "A code that works once, for 15 minutes, with which a guest goes on under the own name in "
            "another browser. Nothing of before is shown to whoever uses it."
        ),
    ),
    Term(
        "what-they-say",
        _("What they say"),
        _("Students' own taps: following, lost, need a break, and how the pace is."),
    ),
    Term(
        "withdraw",
        _("withdraw"),
        _(
            "To end one's consent: what was measured of that lesson is deleted at once, and a receipt says "
            "so."
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
            "The level of somebody whose face and eyes are turned to the screen. What is on that screen, it "
            "cannot tell."
        ),
    ),
)
BY_SLUG = {term.slug: term for term in TERMS}


def in_order(terms: tuple[Term, ...] = TERMS) -> list[Term]:
    """By their names, as they are in the language of the page."""
    return sorted(terms, key=lambda term: str(term.name).casefold())
