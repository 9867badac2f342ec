"""What the templates print: the report as lines and cards, made ready so that a template only prints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classroom.disclosure import Amount
from classroom.models import Classroom, Flag, Lesson, Policy, SelfReport, Strike
from classroom.words import RESEMBLED, level_word, percent
from emotion.judgement.persistence import DEFAULT_THRESHOLDS
from emotion.labels import Emotion
from emotion.values import Signal
from reports import briefing, charts, sentences
from reports.individuals import Individual
from reports.roster import Attendee, name_of
from reports.sketches import Sketch, sketch
from reports.turns import turns
from reports.values import Moment, PolicyInForce, Summary


@dataclass(frozen=True, slots=True)
class MomentCard:
    number: int
    at: datetime
    minute: str
    label: str
    engagement: str
    expression: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TurnCard:
    """A change of the class's level: the verdict, its evidence and the picture."""

    line: briefing.Line
    minute: int
    sketch: Sketch


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


@dataclass(frozen=True, slots=True)
class StudentCard:
    participant_id: int
    name: str
    sentences: tuple[str, ...]
    strip: tuple[charts.StripCell, ...]
    strip_words: str
    coverage: str
    absent: bool
    drafts: int
    confirmed: int
    struck: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    attendee: Attendee
    minutes: str
    share: str
    individual: str


def moment_cards(summary: Summary, started_at: datetime) -> list[MomentCard]:
    return [_moment_card(number, one, summary, started_at) for number, one in enumerate(summary.moments, 1)]


def turn_cards(summary: Summary) -> list[TurnCard]:
    return [
        TurnCard(briefing.turn_line(one, summary), one.at_s // 60, sketch(one, summary))
        for one in turns(summary)
    ]


def student_cards(
    attendees: Iterable[Attendee],
    individuals: dict[int, Individual],
    flags: Sequence[Flag],
    strikes: Mapping[int, Sequence[Strike]],
    started_at: datetime,
    earlier: Mapping[int, str] | None = None,
) -> list[StudentCard]:
    """One for each attendee who shares and was measured, in the order of the attendees.

    `earlier` says of some how the lesson compares with their own earlier ones.
    """
    return [
        _student_card(
            attendee,
            individuals[attendee.participant_id],
            flags,
            tuple(_struck_words(one, started_at) for one in strikes.get(attendee.participant_id, ())),
            (earlier or {}).get(attendee.participant_id, ""),
        )
        for attendee in attendees
        if attendee.participant_id in individuals
    ]


def attendance_lines(
    attendees: Iterable[Attendee], individuals: dict[int, Individual]
) -> list[AttendanceLine]:
    return [
        AttendanceLine(
            attendee=one,
            minutes=sentences.minutes(one.connected_s / 60),
            share=percent(one.share),
            individual=_individual_cell(individuals.get(one.participant_id)),
        )
        for one in attendees
    ]


def flag_card(
    flag: Flag,
    started_at: datetime,
    one: Individual | None = None,
    *,
    taps: Sequence[SelfReport] | None = None,
    strikes: Sequence[Strike] = (),
    said: str = "",
    error: str = "",
    reason: str = "",
    follow_up: str = "",
) -> FlagCard:
    """`one` is the student's lesson where it is at hand; `taps` are None where they are not told."""
    evidence = (
        (_("Share of time"), percent(flag.share)),
        (_("At least, with 95% confidence"), percent(flag.lower_bound)),
        (_("Threshold for this student"), percent(flag.threshold)),
        (_("Evidence"), sentences.minutes(floor(flag.minutes))),
        (_("Coverage of the lesson"), percent(flag.coverage)),
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
        struck=tuple(_struck_words(strike, started_at) for strike in strikes),
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
            found.append((_("Head and eyes meanwhile"), sentences.level_minutes(within)))
        if flag.kind != Flag.Kind.PERSISTENTLY_SAD and within.commonest_expression:
            expression = within.commonest_expression
            words = f"{RESEMBLED[expression]}: {sentences.clearness(within, expression)}"
            found.append((_("Commonest expression meanwhile"), words))
    if taps is not None:
        meanwhile = [tap for tap in taps if flag.starts_at <= tap.at < flag.ends_at]
        found.append((_("Said meanwhile"), taps_words(meanwhile, started_at)))
    return tuple(found)


def taps_words(taps: Sequence[SelfReport], started_at: datetime) -> str:
    said = (f"{tap.get_kind_display()} ({_minute_of(tap.at, started_at)})" for tap in taps)
    return ", ".join(said) or _("nothing")


def _struck_words(strike: Strike, started_at: datetime) -> str:
    return _("The student took out minute %(start)s to %(end)s: “%(reason)s”") % {
        "start": _minute_of(strike.starts_at, started_at),
        "end": _minute_of(strike.ends_at, started_at),
        "reason": strike.reason,
    }


def _sadness(flag: Flag, one: Individual | None) -> tuple[tuple[str, str], ...]:
    if flag.kind != Flag.Kind.PERSISTENTLY_SAD or one is None or Emotion.SAD not in one.expression_shares:
        return ()
    return ((_("Resembled sadness"), sentences.clearness(one, Emotion.SAD)),)


def strip_kinds() -> list[tuple[str, int, int, str]]:
    """The legend of the strip: kind, height, top and word."""
    texts = {
        "engaged": level_word("engaged"),
        "drifting": level_word("drifting"),
        "away": level_word("away"),
        "seen": _("face seen, no level"),
        "no-face": _("no face"),
    }
    return [(kind, height, y, texts[kind]) for kind, (y, height) in charts.STRIP_BARS.items()]


def stats(summary: Summary) -> list[tuple[str, str]]:
    """The lesson in figures; how much of it there is evidence for stands first."""
    found = [_evidence(summary), (_("joined"), str(summary.joined))]
    found.append((_("taught"), sentences.minutes(summary.taught_s / 60)))
    levels = [step.level for step in summary.mood if step.level is not None]
    if levels:
        most = sentences.step_minutes(levels.count(Amount.MOST))
        found.append((_("most of the class with you"), sentences.minutes(most)))
    if (mean := sentences.mean_engagement(summary)) is not None:
        found.append((_("engagement of those who show it"), percent(mean)))
    if summary.self_reports:
        lost = max(step.counts.lost for step in summary.self_reports)
        found.append((_("most “lost” in a minute"), str(lost)))
    return found


def _evidence(summary: Summary) -> tuple[str, str]:
    if not summary.tells_of_class:
        return (_("minutes with taps counted"), _of_lesson(len(summary.self_reports), summary))
    steps = sum(step.says_anything for step in summary.mood)
    return (_("minutes with evidence for the class"), _of_lesson(sentences.step_minutes(steps), summary))


def _of_lesson(amount: int, summary: Summary) -> str:
    total = round(summary.taught_s / 60)
    return _("%(count)s of %(total)s") % {"count": min(amount, total), "total": total}


def basis(summary: Summary, lesson: Lesson) -> list[tuple[str, str]]:
    """What all the numbers rest on."""
    policy = summary.policy
    pauses = (_("Pauses for all"), ", ".join(map(sentences.pause_words, summary.pauses)) or _("none"))
    if policy is None:
        return [pauses, (_("Policy"), _("none chosen: nothing was computed"))]
    computed = [str(word) for signal, word in SIGNALS.items() if summary.allows(signal)]
    interval = _("%(seconds)s s") % {"seconds": f"{summary.interval_ms / 1000:g}"}
    return [
        *([(_("Interval between snapshots"), interval)] if computed else []),
        pauses,
        (_("Policy"), _policy_words(policy)),
        (_("Computed from pictures"), ", ".join(computed) or _("nothing: no camera was asked for")),
        (_("Smallest group shown"), str(policy.minimum_group_size)),
        (_("Flags"), _flag_rule(summary, lesson.classroom)),
    ]


def _policy_words(policy: PolicyInForce) -> str:
    if policy.is_without_cameras:
        return _("without cameras, by the teacher's choice for this lesson")
    return str(Policy.Preset(policy.preset).label)


def _flag_rule(summary: Summary, classroom: Classroom) -> str:
    """The thresholds of what is computed; of nothing else."""
    if not summary.tells_of_class:
        return _("none are drafted: key moments, attendance and what students said stand instead")
    shares = []
    if summary.allows(Signal.EXPRESSION):
        shares.append(_("%(share)s of the time for sadness") % {"share": percent(classroom.sad_share)})
    if summary.allows(Signal.ATTENTION):
        share = percent(classroom.disengaged_share)
        shares.append(_("%(share)s of the time for disengagement") % {"share": share})
    return _(
        "drafted at or above %(shares)s; at least %(margin)s above the class and the student's earlier "
        "lessons; at least %(minutes)s of evidence and %(coverage)s coverage"
    ) % {
        "shares": ", ".join(shares),
        "margin": percent(DEFAULT_THRESHOLDS.margin),
        "minutes": sentences.minutes(classroom.minimum_minutes),
        "coverage": percent(classroom.minimum_coverage),
    }


SIGNALS = {
    Signal.PRESENCE: gettext_lazy("presence"),
    Signal.ATTENTION: gettext_lazy("attention"),
    Signal.EXPRESSION: gettext_lazy("expression"),
}
FLAG_TITLES = {
    Flag.Kind.PERSISTENTLY_SAD: gettext_lazy("%(name)s: expression resembled sadness much of the time"),
    Flag.Kind.PERSISTENTLY_DISENGAGED: gettext_lazy(
        "%(name)s: drifting, or looking down or away, much of the time"
    ),
}


def _moment_card(number: int, moment: Moment, summary: Summary, started_at: datetime) -> MomentCard:
    return MomentCard(
        number=number,
        at=started_at + timedelta(seconds=moment.at_s),
        minute=sentences.clock(moment.at_s),
        label=moment.label,
        engagement=sentences.moment_words(moment) if summary.allows(Signal.ATTENTION) else "",
        expression=sentences.expression_words(moment),
        before=sentences.side_words(moment.before),
        after=sentences.side_words(moment.after),
    )


def _student_card(
    attendee: Attendee, one: Individual, flags: Sequence[Flag], struck: tuple[str, ...], earlier: str
) -> StudentCard:
    states = [flag.state for flag in flags if flag.participant_id == attendee.participant_id]
    told = sentences.individual_sentences(one)
    return StudentCard(
        participant_id=attendee.participant_id,
        name=attendee.name,
        sentences=(*told, earlier) if earlier else tuple(told),
        strip=charts.strip(one),
        strip_words=told[0],
        coverage=percent(one.coverage),
        absent=one.absent,
        drafts=states.count(Flag.State.DRAFT),
        confirmed=states.count(Flag.State.CONFIRMED),
        struck=struck,
    )


def _individual_cell(one: Individual | None) -> str:
    if one is None:
        return _("no individual data")
    if one.absent:
        return _("absent: face in %(share)s") % {"share": percent(one.face_share)}
    return _("measured %(share)s") % {"share": percent(one.coverage)}


def _minute_of(at: datetime, started_at: datetime) -> int:
    return int((at - started_at).total_seconds() // 60)
