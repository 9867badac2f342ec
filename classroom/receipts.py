"""Receipts of what was deleted: signed, so that they survive a reload, and kept nowhere.

A receipt holds counts, a time and a title, never a name; who has its address can read it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

from django.core import signing
from django.utils.translation import gettext as _

from classroom.models import Lesson
from classroom.services.consents import MEASURED, Withdrawal
from classroom.services.erasure import Erasure

SALT = "classroom.receipt"
# Readings, sums, taps and choices would tell an administrator who had a camera, and who said how much.
FOR_ADMINISTRATORS = ("stays", "looks")

Event = Literal["withdrawal", "erasure", "removal"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """`title` is of the lesson or of the classroom; `deleted` are rows by kind, in the order of KINDS."""

    event: Event
    title: str
    at: datetime
    deleted: dict[str, int]
    lesson_id: int | None = None

    def token(self) -> str:
        values = [self.event, self.title, self.at.isoformat(), self.deleted, self.lesson_id]
        return signing.dumps(values, salt=SALT, compress=True)

    @classmethod
    def read(cls, token: str) -> Self:
        """Raises django.core.signing.BadSignature."""
        event, title, at, deleted, lesson_id = signing.loads(token, salt=SALT)
        return cls(event, title, datetime.fromisoformat(at), deleted, lesson_id)

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """Kind, its words, how many."""
        words = kinds() if self.event != "removal" else kinds_of_somebody()
        return [(kind, words[kind], count) for kind, count in self.deleted.items()]

    def document(self) -> dict[str, Any]:
        """For a download. Keys are stable, in English."""
        return {"event": self.event, "title": self.title, "at": self.at.isoformat(), "deleted": self.deleted}

    def text(self) -> str:
        head = {
            "withdrawal": _("Receipt of a withdrawal"),
            "erasure": _("Receipt of an erasure"),
            "removal": _("Receipt of a removal by a teacher or an administrator"),
        }[self.event]
        lines = [head, self.title, self.at.isoformat(timespec="seconds"), "", _("Deleted for good:")]
        return "\n".join([*lines, *(f"{count:>8}  {words}" for _kind, words, count in self.rows), ""])


def kinds() -> dict[str, str]:
    return {
        "readings": _("Readings from your pictures"),
        "bins": _("Sums over ten seconds"),
        "self_reports": _("Taps"),
        "answers": _("Answers to “With me?”"),
        "questions": _("Questions to the teacher"),
        "votes": _("Votes for questions of others"),
        "flags": _("Notes for review"),
        "stays": _("Times of your attendance"),
        "consents": _("Choices of how to take part"),
        "looks": _("Entries of who looked at your results"),
    }


def kinds_of_somebody() -> dict[str, str]:
    """What is told of a removal: whoever made it reads the receipt first, and may hand it on."""
    return {
        "stays": _("Times of attendance"),
        "looks": _("Entries of who looked at the results"),
    }


def of_erasure(*erasures: Erasure) -> Receipt:
    """By the student whose places they were."""
    return _of_places("erasure", erasures, kinds())


def of_removal(erasure: Erasure) -> Receipt:
    """By a teacher or an administrator, of the kinds alone that they may be told of."""
    return _of_places("removal", (erasure,), FOR_ADMINISTRATORS)


def _of_places(event: Event, erasures: Sequence[Erasure], told: Iterable[str]) -> Receipt:
    deleted = {kind: sum(getattr(one, kind) for one in erasures) for kind in told}
    return Receipt(event, ", ".join(one.classroom for one in erasures), erasures[0].at, deleted)


def of_withdrawal(withdrawal: Withdrawal, lesson: Lesson) -> Receipt:
    return Receipt("withdrawal", lesson.title, withdrawal.at, _deleted_by(withdrawal), lesson.id)


def of_withdrawals(withdrawals: Sequence[Withdrawal], *, now: datetime) -> Receipt:
    """From many lessons at once."""
    return Receipt("withdrawal", _("all of my lessons"), now, _deleted_by(*withdrawals))


def _deleted_by(*withdrawals: Withdrawal) -> dict[str, int]:
    return {kind: sum(getattr(one, kind) for one in withdrawals) for kind in MEASURED}
