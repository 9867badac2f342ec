"""What the templates print: the report as lines and cards, made ready so that a template only prints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classroom.disclosure import Amount
from classroom.languages import decimal, listed
from classroom.models import Classroom, Flag, Lesson, Policy, Strike
from classroom.stays import Stay
from classroom.words import level_word, percent
from emotion.judgement.persistence import DEFAULT_THRESHOLDS
from emotion.values import Signal
from reports import briefing, charts, sentences
from reports.flag_cards import struck_words
from reports.individuals import Individual
from reports.roster import Attendee
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
class StudentCard:
    participant_id: int
    name: str
    sentences: tuple[str, ...]
    strip_words: str
    coverage: str
    absent: bool
    drafts: int
    confirmed: int
    struck: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """`bars` are where each stay begins and how long it is, in minutes of the lesson."""

    attendee: Attendee
    minutes: str
    share: str
    individual: str
    bars: tuple[tuple[int, int], ...]


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
            tuple(struck_words(one, started_at) for one in strikes.get(attendee.participant_id, ())),
            (earlier or {}).get(attendee.participant_id, ""),
        )
        for attendee in attendees
        if attendee.participant_id in individuals
    ]


def attendance_lines(
    attendees: Iterable[Attendee], individuals: dict[int, Individual], started_at: datetime
) -> list[AttendanceLine]:
    return [
        AttendanceLine(
            attendee=one,
            minutes=sentences.minutes(one.connected_s / 60),
            share=percent(one.share),
            individual=_individual_cell(individuals.get(one.participant_id)),
            bars=tuple(_bar(stay, started_at) for stay in one.stays),
        )
        for one in attendees
    ]


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
    pauses = (_("Pauses for all"), listed(map(sentences.pause_words, summary.pauses)) or _("none"))
    if policy is None:
        return [pauses, (_("Policy"), _("none chosen: nothing was computed"))]
    computed = [str(word) for signal, word in SIGNALS.items() if summary.allows(signal)]
    interval = _("%(seconds)s s") % {"seconds": decimal(summary.interval_ms / 1000)}
    return [
        *([(_("Interval between snapshots"), interval)] if computed else []),
        pauses,
        (_("Policy"), _policy_words(policy)),
        (_("Computed from pictures"), listed(computed) or _("nothing: no camera was asked for")),
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
        "shares": listed(shares),
        "margin": percent(DEFAULT_THRESHOLDS.margin),
        "minutes": sentences.minutes(classroom.minimum_minutes),
        "coverage": percent(classroom.minimum_coverage),
    }


SIGNALS = {
    Signal.PRESENCE: gettext_lazy("presence"),
    Signal.ATTENTION: gettext_lazy("attention"),
    Signal.EXPRESSION: gettext_lazy("expression"),
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


def _bar(stay: Stay, started_at: datetime) -> tuple[int, int]:
    """By whole minutes: seconds would tell how somebody connects."""
    first, last = ((at - started_at).total_seconds() / 60 for at in stay)
    return floor(first), max(1, ceil(last) - floor(first))
