"""What a restored database holds that had ended in the one before, which is read beside it."""

# ruff: noqa: S608 - the names are those of our own tables

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet

from classroom.endings import CHOICES, Ending, Kind
from classroom.models import (
    ApiToken,
    Classroom,
    Consent,
    ErasedMember,
    GuardianAnswer,
    Lesson,
    Participant,
    PlatformClass,
    RecordStore,
    Strike,
    User,
    Webhook,
)

AT_ONCE = 5000
# Of a row about one child: its school, and its account or its place.
CHILD = ("school_id", "user_id", "participant_id")
Child = tuple[int | None, ...]
FIRST_MIGRATION = "SELECT applied FROM django_migrations WHERE app = 'classroom' ORDER BY id LIMIT 1"
NEWEST_ANSWERS = """
    SELECT DISTINCT ON (school_id, user_id, participant_id) school_id, user_id, participant_id, kind, choice
    FROM classroom_guardiananswer
    WHERE user_id = ANY(%s::bigint[]) OR participant_id = ANY(%s::bigint[])
    ORDER BY school_id, user_id, participant_id, at DESC, id DESC
"""

STRIKES = """
    SELECT strike.id, consent.id, floor(extract(epoch FROM strike.starts_at - started_at) / 60)::int,
        ceil(extract(epoch FROM strike.ends_at - started_at) / 60)::int
    FROM classroom_strike strike JOIN classroom_lesson lesson ON lesson.id = strike.lesson_id
    JOIN classroom_consent consent
        ON consent.lesson_id = strike.lesson_id AND consent.participant_id = strike.participant_id
    WHERE consent.choice = 'own_results' ORDER BY strike.id
"""
MEMBERS = "SELECT platform_class_id, digest FROM classroom_erasedmember WHERE platform_class_id = ANY(%s)"


class Before:
    """The database before, through a connection of the driver's own; it may be of an earlier version."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall())

    def rows(
        self, model: type[Model], ids: Sequence[int], *columns: str
    ) -> dict[int, tuple[str | None, ...]]:
        """Those that are left of the rows with these numbers, each column as text; None of one it lacks."""
        if not ids:
            return {}
        texts = "".join(f", to_jsonb(its) ->> '{column}'" for column in columns)
        query = f"SELECT id{texts} FROM {model._meta.db_table} its WHERE id = ANY(%s)"
        return {number: tuple(rest) for number, *rest in self.ask(query, list(ids))}


def endings_since(before: Before) -> Iterator[Ending]:
    """Each by the number of a row of ours."""
    yield from _places(before)
    yield from _gone(before, Kind.ACCOUNT_DELETED, User)
    yield from _gone(before, Kind.CLASS_DELETED, Classroom)
    yield from _consents(before)
    yield from _strikes(before)
    yield from _answers(before)
    yield from _gone(before, Kind.TOKEN_REVOKED, ApiToken)
    yield from _gone(before, Kind.WEBHOOK_REMOVED, Webhook)
    yield from _gone(before, Kind.STORE_REMOVED, RecordStore)
    yield from _members(before)


def _gone(before: Before, kind: Kind, model: type[Model]) -> Iterator[Ending]:
    for ids in _pages(model._default_manager.values_list("id")):
        left = before.rows(model, [number for (number,) in ids])
        yield from (Ending(kind, number) for (number,) in ids if number not in left)


def _places(before: Before) -> Iterator[Ending]:
    """What goes with its class is not told by itself; what became part of another place has not ended."""
    for page in _pages(Participant.objects.values_list("id", "classroom")):
        left = before.rows(Participant, [number for number, _ in page])
        classes = before.rows(Classroom, [classroom for _, classroom in page])
        gone = [number for number, classroom in page if number not in left and classroom in classes]
        merged, removed = _merged(before, gone), _removed(before, gone)
        for number in gone:
            if number not in merged:
                yield Ending(Kind.PLACE_REMOVED if number in removed else Kind.PLACE_ERASED, number)
        nameless = _left_behind(before, set(merged.values()))
        yield from (Ending(Kind.PLACE_LEFT, number) for number, into in merged.items() if into in nameless)


def _merged(before: Before, places: Sequence[int]) -> dict[int, int]:
    """Those whose own consents are left, with the place that they became part of."""
    own = dict(Consent.objects.given_here().filter(participant__in=places).values_list("id", "participant"))
    left = before.rows(Consent, list(own), "participant_id")
    return {own[number]: int(into or 0) for number, (into,) in left.items()}


def _left_behind(before: Before, places: Collection[int]) -> set[int]:
    """Those that were left without a name, as whoever had them erased the rest."""
    found = before.rows(Participant, sorted(places), "is_left_behind")
    return {number for number, (is_left,) in found.items() if is_left == "true"}


def _removed(before: Before, places: Sequence[int]) -> set[int]:
    """In whose lessons somebody is missing whom somebody else removed."""
    traces = Q(consents__participant__in=places) | Q(attendances__participant__in=places)
    lessons = Lesson.objects.filter(traces, lacks_somebody=False).values_list("id", flat=True).distinct()
    lacking = {
        number
        for number, (lacks,) in before.rows(Lesson, list(lessons), "lacks_somebody").items()
        if lacks == "true"
    }
    of_lessons = Q(consents__lesson__in=lacking) | Q(attendances__lesson__in=lacking)
    return set(Participant.objects.filter(of_lessons, id__in=places).values_list("id", flat=True))


def _consents(before: Before) -> Iterator[Ending]:
    ours = Consent.objects.filter(was_withdrawn=False).values_list("id", "ended_at")
    for page in _pages(ours):
        theirs = before.rows(Consent, [number for number, _ in page], "was_withdrawn", "ended_at")
        for number, ended_at in page:
            was_withdrawn, ended_then = theirs.get(number, (None, None))
            if was_withdrawn == "true":
                yield Ending(Kind.CONSENT_WITHDRAWN, number)
            elif ended_at is None and ended_then is not None:
                yield Ending(Kind.CONSENT_ENDED, number)


def _strikes(before: Before) -> Iterator[Ending]:
    """By the consent under which they were measured: the place may have become part of another one."""
    ours = set(Strike.objects.values_list("id", flat=True))
    new = [row for row in before.ask(STRIKES) if row[0] not in ours]
    consents = Consent.objects.filter(id__in={row[1] for row in new})
    known = set(consents.values_list("id", flat=True))
    for _, consent, first, last in new:
        if consent in known:
            yield Ending(Kind.MINUTES_STRUCK, consent, f"{first}-{last}")


def _answers(before: Before) -> Iterator[Ending]:
    """Of each child that may do less by the newest answer there than by ours."""
    newest = GuardianAnswer.objects.order_by(*CHILD, "-at", "-id")
    newest = newest.distinct(*CHILD)
    ours = list(newest.values_list("id", *CHILD, "kind", "choice"))
    for page in (ours[start : start + AT_ONCE] for start in range(0, len(ours), AT_ONCE)):
        # An account may have taken the place meanwhile, and what was answered with it.
        moved = before.rows(GuardianAnswer, [number for number, *_ in page], *CHILD)
        children = {
            number: tuple(one and int(one) for one in moved.get(number, child))
            for number, *child, _, _ in page
        }
        theirs = _newest_answers(before, children.values())
        for number, *_, kind, choice in page:
            allowed = theirs.get(children[number])
            if allowed and CHOICES.index(allowed) < CHOICES.index(_allowed(kind, choice)):
                yield Ending(Kind.ANSWER_NARROWED, number, allowed)


def _newest_answers(before: Before, children: Collection[Child]) -> dict[Child, str]:
    accounts, places = [child[1] for child in children], [child[2] for child in children]
    found = before.ask(NEWEST_ANSWERS, accounts, places) if accounts else []
    return {child: _allowed(kind, choice) for *of, kind, choice in found for child in [tuple(of)]}


def _allowed(kind: str, choice: str) -> str:
    return choice if kind == GuardianAnswer.Kind.AGREED else CHOICES[0]


def _members(before: Before) -> Iterator[Ending]:
    """Whose places came and went since: no row of ours says that the roster must not bring them back."""
    if before.ask("SELECT to_regclass(%s)", ErasedMember._meta.db_table) == [(None,)]:
        return
    courses = list(PlatformClass.objects.values_list("id", flat=True))
    ours = set(ErasedMember.objects.values_list("platform_class", "digest"))
    for course, digest in before.ask(MEMBERS, courses):
        if (course, digest) not in ours:
            yield Ending(Kind.MEMBER_ERASED, course, digest)


def _pages(rows: QuerySet[Any, Any]) -> Iterator[list[tuple[Any, ...]]]:
    """By the number, which each row begins with: no more is in memory than a page."""
    last = 0
    while page := list(rows.order_by("id").filter(id__gt=last)[:AT_ONCE]):
        yield page
        last = page[-1][0]
