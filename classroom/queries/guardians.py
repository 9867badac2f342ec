"""Which answer of a guardian counts for a child, and where the asking stands."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classroom import disclosure
from classroom.models import Consent, GuardianAnswer, GuardianLink, Participant, Policy
from classroom.models.guardians import OfChild
from classroom.queries.own_values import READER_WORDS, SIGNAL_WORDS
from classroom.terms import Reader

Answers = Mapping[int, GuardianAnswer]
"""The newest of each place's child, by the place."""


class Asking(StrEnum):
    """Where the asking of a guardian stands."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    EXPIRED = "expired"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ASK_AGAIN = "ask_again"
    ANSWERED = "answered"


ASKING_WORDS = {
    Asking.NOT_ASKED: _("not asked"),
    Asking.ASKED: _("asked"),
    Asking.EXPIRED: _("the link expired"),
    Asking.AGREED: _("agreed"),
    Asking.REFUSED: _("refused"),
    Asking.WITHDRAWN: _("withdrawn"),
    Asking.ASK_AGAIN: _("ask again"),
    Asking.ANSWERED: _("answered"),
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer in words, for those it is about and for the school's administrators."""

    kind: str
    phrase: str
    choice: str
    choice_phrase: str
    version: int
    language: str
    signals: tuple[str, ...]
    readers: tuple[str, ...]
    retention_days: int
    sums_days: int
    minimum_group_size: int
    counted: str
    guardian_name: str
    relation: str
    has_erased: bool
    at: datetime
    signed_on: date | None
    kept_at: str
    recorded_by: str
    counts: bool

    @property
    def signal_words(self) -> list[str]:
        return [str(words) for signal, words in SIGNAL_WORDS.items() if signal in self.signals]

    @property
    def reader_words(self) -> list[str]:
        return [str(GUARDIANS_READER_WORDS[one]) for one in READER_WORDS if one in self.readers]


GUARDIANS_CHOICE_WORDS = {
    Consent.Choice.NO_CAMERA: _("without camera"),
    Consent.Choice.CLASS_MOOD: _("class mood only"),
    Consent.Choice.OWN_RESULTS: _("own results too"),
}
GUARDIANS_READER_WORDS = {
    Reader.BROWSER: _("on the child's own device"),
    Reader.SERVER: _("on the school's server"),
}


def guardian_answers(school_id: int, places: Iterable[Participant]) -> dict[int, GuardianAnswer]:
    """The newest that counts about each child, by place; one statement, and none for nobody.

    Whoever took a guest's place over by a way back may be another child: what was answered before is none.
    Nor does what was agreed to for a name on the roster hold for the guest who came by typing it.
    """
    asked = {one.id: one for one in places}
    newest = _newest(school_id, asked.values())
    return {number: row for number, row in newest.items() if not _agreed_before(asked[number], row)}


def _newest(school_id: int, asked: Collection[Participant]) -> dict[int, GuardianAnswer]:
    if not asked:
        return {}
    newest: dict[tuple[int | None, int | None], GuardianAnswer] = {}
    rows = GuardianAnswer.objects.filter(_about(asked), school=school_id).select_related("link")
    for row in rows.order_by("at", "id"):
        newest[row.user_id, row.participant_id] = row
    found = {one.id: newest.get(_key(one)) for one in asked}
    return {
        one.id: answer for one in asked if (answer := found[one.id]) and _is_of_who_has_it(one, answer.at)
    }


def guardian_answer(school_id: int, place: Participant) -> GuardianAnswer | None:
    return guardian_answers(school_id, [place]).get(place.id)


def askings(
    policy: Policy, school_id: int, places: Collection[Participant], now: datetime, *, alike: bool
) -> dict[int, Asking]:
    """Where the asking stands for each place, in two statements.

    `alike` is what a teacher is told: that somebody answered, never what. Who knew that a guardian refused
    would know that there is no camera. So whatever was answered before a guest came is asked for again.
    """
    answers = _newest(school_id, places)
    links: dict[tuple[int | None, int | None], list[GuardianLink]] = {}
    asked = GuardianLink.objects.filter(_about(list(places)), school=school_id, is_own=False)
    if policy.school_asks_guardians:
        asked = asked.filter(by_school=True)
    for link in asked:
        links.setdefault((link.user_id, link.participant_id), []).append(link)
    return {
        one.id: _answered(policy, one, answers[one.id], alike=alike)
        if one.id in answers
        else _asked([its for its in links.get(_key(one), []) if _is_of_who_has_it(one, its.made_at)], now)
        for one in places
    }


def asks_guardian_again(policy: Policy, answer: GuardianAnswer) -> bool:
    """The policy allows more than was agreed to, which goes on until then; or the words are others, or the
    school has to ask by now, and nothing does."""
    return answer.kind == GuardianAnswer.Kind.AGREED and _is_older(policy, answer)


def guardian_kind(policy: Policy, answer: GuardianAnswer | None) -> str:
    """What the student is told of it in a word; "again" where an agreement holds no more."""
    if answer is None:
        return ""
    is_none = not answer.is_of_these_words or disclosure.lacks_school(policy, answer)
    is_old = answer.kind == GuardianAnswer.Kind.AGREED and is_none
    return "again" if is_old else answer.kind


def guardian_records(school_id: int, place: Participant, *, for_school: bool = False) -> tuple[Recorded, ...]:
    """All that was answered about the child of who has the place now, the newest first.

    Whoever typed a name is not told who agreed for it before; the school is.
    """
    rows = GuardianAnswer.objects.filter(**OfChild.child(place, school_id)).order_by("-at", "-id")
    mine = [row for row in rows if _is_of_who_has_it(place, row.at)]
    newest, told = mine[:1], [row for row in mine if for_school or not _agreed_before(place, row)]
    return tuple(recorded(row, counts=[row] == newest and not _agreed_before(place, row)) for row in told)


def recorded(row: GuardianAnswer, *, counts: bool) -> Recorded:
    return Recorded(
        kind=row.kind,
        phrase=row.get_kind_display(),
        choice=row.choice,
        choice_phrase=str(GUARDIANS_CHOICE_WORDS[Consent.Choice(row.choice)]),
        version=row.version,
        language=row.language,
        signals=tuple(row.signals),
        readers=tuple(row.readers),
        retention_days=row.retention_days,
        sums_days=row.sums_days,
        minimum_group_size=row.minimum_group_size,
        counted=row.counted,
        guardian_name=row.guardian_name,
        relation=row.relation,
        has_erased=row.has_erased,
        at=row.at,
        signed_on=row.signed_on,
        kept_at=row.kept_at,
        recorded_by=row.recorded_by_name,
        counts=counts,
    )


def places_of_child(link: OfChild) -> list[Participant]:
    """Where the child takes part: all places of an account in the school, or the one place of a guest."""
    places = Participant.objects.select_related("classroom__school__policy", "classroom__teacher")
    own = Q(user=link.user_id) if link.user_id else Q(id=link.participant_id)
    return list(places.filter(own, classroom__school=link.school_id).order_by("id"))


def _answered(policy: Policy, place: Participant, answer: GuardianAnswer, *, alike: bool) -> Asking:
    if _agreed_before(place, answer) or (alike and _was_before(place, answer)):
        return Asking.ASK_AGAIN
    if alike:
        return Asking.ASK_AGAIN if _is_older(policy, answer) else Asking.ANSWERED
    return Asking.ASK_AGAIN if asks_guardian_again(policy, answer) else Asking(answer.kind)


def _asked(links: Iterable[GuardianLink], now: datetime) -> Asking:
    open_now = [link.is_open_at(now) for link in links if not link.used_at and not link.revoked_at]
    if any(open_now):
        return Asking.ASKED
    return Asking.EXPIRED if open_now else Asking.NOT_ASKED


def _is_older(policy: Policy, answer: GuardianAnswer) -> bool:
    is_none = not answer.is_of_these_words or disclosure.lacks_school(policy, answer)
    return is_none or policy.terms.widens(answer.terms)


def _about(places: Collection[Participant]) -> Q:
    users = [one.user_id for one in places if one.user_id]
    guests = [one.id for one in places if not one.user_id]
    return Q(user__in=users) | Q(participant__in=guests)


def _key(place: Participant) -> tuple[int | None, int | None]:
    return (place.user_id, None) if place.user_id else (None, place.id)


def _agreed_before(place: Participant, answer: GuardianAnswer) -> bool:
    return answer.kind == GuardianAnswer.Kind.AGREED and _was_before(place, answer)


def _was_before(place: Participant, answer: GuardianAnswer) -> bool:
    """A guest came by a name on the roster, which anybody may type, after it was answered for."""
    return place.user_id is None and place.came_at is not None and answer.at < place.came_at


def _is_of_who_has_it(place: Participant, at: datetime) -> bool:
    return place.held_since is None or at >= place.held_since
