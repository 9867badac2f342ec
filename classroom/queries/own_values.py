"""What stands on the page of one participant's own data: frozen values."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from classroom.languages import own_name
from classroom.models import Flag
from classroom.terms import Reader, Sending, Sent
from emotion.values import Clarity, Signal

SIGNAL_WORDS = {
    Signal.PRESENCE: gettext_lazy("whether a face is there"),
    Signal.ATTENTION: gettext_lazy("head and eyes"),
    Signal.EXPRESSION: gettext_lazy("expression"),
}
READER_WORDS = {
    Reader.BROWSER: gettext_lazy("in your browser"),
    Reader.SERVER: gettext_lazy("on the school's server"),
}
SENT_WORDS = {
    Sent.ATTENDANCE: gettext_lazy("that you were there"),
    Sent.SELF_REPORT: gettext_lazy("your taps, if you show your own results"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """How many readings had this level or expression; `share` is of those that had any.

    `clarity` is how clear the expression was; None of a level.
    """

    label: str
    phrase: str
    count: int
    share: float
    clarity: Clarity | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """One choice with what it allows, as it was agreed to; `language` and `version` are of the words."""

    choice: str
    phrase: str
    standing: str
    standing_phrase: str
    language: str
    version: int
    signals: tuple[str, ...]
    readers: tuple[str, ...]
    retention_days: int
    sums_days: int
    minimum_group_size: int
    counted: str
    counted_phrase: str
    confirmed_age: int | None
    guardian_confirmed: bool | None
    given_at: datetime
    ended_at: datetime | None
    was_withdrawn: bool
    sendings: tuple[str, ...] = ()

    @property
    def sent_words(self) -> list[str]:
        """What may go to the school's record store."""
        return [str(SENT_WORDS[Sending.read(one).what]) for one in self.sendings]

    @property
    def store_host(self) -> str:
        return Sending.read(self.sendings[0]).host if self.sendings else ""

    @property
    def language_name(self) -> str:
        return own_name(self.language)

    @property
    def signal_words(self) -> list[str]:
        return [str(words) for signal, words in SIGNAL_WORDS.items() if signal in self.signals]

    @property
    def reader_words(self) -> list[str]:
        return [str(words) for reader, words in READER_WORDS.items() if reader in self.readers]


@dataclass(frozen=True, slots=True)
class Stay:
    joined_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    at: datetime
    kind: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the teacher, and what became of it."""

    at: datetime
    text: str
    state: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Note:
    """A draft for review, and what a person decided; of a confirmed one its evidence, in minutes."""

    drafted_at: datetime
    kind: str
    phrase: str
    state: str
    state_phrase: str
    id: int
    first_minute: int
    last_minute: int
    evidence_minutes: int
    follow_up: str
    answer: str

    @property
    def is_confirmed(self) -> bool:
        return self.state == Flag.State.CONFIRMED


@dataclass(frozen=True, slots=True)
class Struck:
    """Minutes that the student took out; lesson time."""

    starts_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Look:
    at: datetime
    viewer: str
    place: str


@dataclass(frozen=True, slots=True)
class OwnData:
    """Times of readings, stays and taps are lesson time; those of consents and looks are real time."""

    readings: int
    with_face: int
    first_at: datetime | None
    last_at: datetime | None
    levels: tuple[Share, ...]
    expressions: tuple[Share, ...]
    consents: tuple[Agreement, ...]
    stays: tuple[Stay, ...]
    self_reports: tuple[Said, ...]
    answers: tuple[Said, ...]
    questions: tuple[Asked, ...]
    votes: int
    notes: tuple[Note, ...]
    struck: tuple[Struck, ...]
    looks: tuple[Look, ...]
