"""A flag as its page and its paper print it: the evidence in words and minutes, never in per cent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from classroom.languages import listed
from classroom.models import Flag, SelfReport, Strike
from classroom.words import RESEMBLED
from emotion.labels import Emotion
from emotion.values import Clarity
from reports import sentences
from reports.individuals import Individual
from reports.roster import name_of

FLAG_TITLES = {
    Flag.Kind.PERSISTENTLY_SAD: gettext_lazy("%(name)s: expression resembled sadness much of the time"),
    Flag.Kind.PERSISTENTLY_DISENGAGED: gettext_lazy(
        "%(name)s: drifting, or looking down or away, much of the time"
    ),
}
CLEARNESS = {
    Clarity.CLEARLY: gettext_lazy("clearly above"),
    Clarity.WEAKLY: gettext_lazy("weakly above"),
}


@dataclass(frozen=True, slots=True)
class FlagCard:
    """A flag with its evidence as label and value; `error` and `reason` come back from a failed review.

    `struck` are the minutes that the student took out, `is_struck_since` after the decision.
    `said` is what became of the decision that was sent last.
    """

    flag: Flag
    title: str
    evidence: tuple[tuple[str, str], ...]
    from_minute: int
    to_minute: int
    is_draft: bool
    is_suppressed: bool
    struck: tuple[str, ...] = ()
    is_struck_since: bool = False
    said: str = ""
    error: str = ""
    reason: str = ""
    follow_up: str = ""


def flag_card(
    flag: Flag,
    started_at: datetime,
    one: Individual | None = None,
    *,
    taps: Sequence[SelfReport] | None = None,
    strikes: Sequence[Strike] = (),
    in_browsers: Collection[int] = (),
    said: str = "",
    error: str = "",
    reason: str = "",
    follow_up: str = "",
) -> FlagCard:
    """`one` is the student's lesson where it is at hand; `taps` are None where they are not told.

    `in_browsers` are those whose own browsers sent what was read.
    """
    evidence = (
        (_("Time"), _("about %(part)s") % {"part": _of_minutes(flag.share * flag.minutes, flag.minutes)}),
        (_("Limit for this student"), _of_minutes(flag.threshold * flag.minutes, flag.minutes)),
        (_("Against the limit"), str(CLEARNESS[flag_clarity(flag)])),
        (_("Measured"), _measured(flag)),
        *_place(flag, in_browsers),
        *_sadness(flag, one),
        *_beside(flag, started_at, one, taps),
    )
    return FlagCard(
        flag=flag,
        title=str(FLAG_TITLES[Flag.Kind(flag.kind)]) % {"name": name_of(flag.participant)},
        evidence=evidence,
        from_minute=_minute_of(flag.starts_at, started_at),
        to_minute=_minute_of(flag.ends_at, started_at),
        is_draft=flag.state == Flag.State.DRAFT,
        is_suppressed=flag.state == Flag.State.SUPPRESSED,
        struck=tuple(struck_words(strike, started_at) for strike in strikes),
        is_struck_since=any(flag.reviewed_at and strike.at > flag.reviewed_at for strike in strikes),
        said=said,
        error=error,
        reason=reason,
        follow_up=follow_up or flag.follow_up,
    )


def _beside(
    flag: Flag, started_at: datetime, one: Individual | None, taps: Sequence[SelfReport] | None
) -> tuple[tuple[str, str], ...]:
    """What the other signals said in the same stretch; of an expression never a number but minutes."""
    found: list[tuple[str, str]] = []
    if one is not None:
        first, last = ((at - started_at).total_seconds() for at in (flag.starts_at, flag.ends_at))
        within = one.between(first, last)
        if within.measured_minutes:
            found.append((_("Head and eyes in that time"), sentences.level_minutes(within)))
        if flag.kind != Flag.Kind.PERSISTENTLY_SAD and within.commonest_expression:
            expression = within.commonest_expression
            words = f"{RESEMBLED[expression]}: {sentences.clearness(within, expression)}"
            found.append((_("Most common expression meanwhile"), words))
    if taps is not None:
        meanwhile = [tap for tap in taps if flag.starts_at <= tap.at < flag.ends_at]
        found.append((_("Said in that time"), taps_words(meanwhile, started_at)))
    return tuple(found)


def taps_words(taps: Sequence[SelfReport], started_at: datetime) -> str:
    said = [
        _("%(said)s (minute %(minute)s)")
        % {"said": tap.get_kind_display(), "minute": _minute_of(tap.at, started_at)}
        for tap in taps
    ]
    return listed(said) or _("nothing")


def flag_clarity(flag: Flag) -> Clarity:
    """Clearly, if the share would be above the limit in nearly all lessons like this one."""
    return Clarity.CLEARLY if flag.lower_bound >= flag.threshold else Clarity.WEAKLY


def _of_minutes(part: float, whole: float) -> str:
    return ngettext("%(part)s of %(whole)s minute", "%(part)s of %(whole)s minutes", floor(whole)) % {
        "part": min(round(part), floor(whole)),
        "whole": floor(whole),
    }


def _measured(flag: Flag) -> str:
    if not flag.coverage:
        return sentences.minutes(floor(flag.minutes))
    return _of_minutes(floor(flag.minutes), round(flag.minutes / flag.coverage))


def struck_words(strike: Strike, started_at: datetime) -> str:
    return _("The student took out minute %(start)s to %(end)s: “%(reason)s”") % {
        "start": _minute_of(strike.starts_at, started_at),
        "end": _minute_of(strike.ends_at, started_at),
        "reason": strike.reason,
    }


def _place(flag: Flag, in_browsers: Collection[int]) -> tuple[tuple[str, str], ...]:
    """No server can check what a browser says it read."""
    is_own = flag.participant_id in in_browsers
    return ((_("Where it was read"), _("in the student's own browser")),) if is_own else ()


def _sadness(flag: Flag, one: Individual | None) -> tuple[tuple[str, str], ...]:
    if flag.kind != Flag.Kind.PERSISTENTLY_SAD or one is None or Emotion.SAD not in one.expression_shares:
        return ()
    return ((_("Resembled sadness"), sentences.clearness(one, Emotion.SAD)),)


def _minute_of(at: datetime, started_at: datetime) -> int:
    return int((at - started_at).total_seconds() // 60)
