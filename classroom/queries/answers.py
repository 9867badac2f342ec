"""What is told of the answers to a pulse check, made once, when it closes."""

from collections import Counter

from classroom import disclosure
from classroom.disclosure import Member, Whose
from classroom.models import Attendance, PulseAnswer, PulseCheck
from classroom.queries.classnow import ClassNow
from classroom.wire.messages import PulseTold
from emotion.judgement.engagement import Level


def pulse_told(pulse: PulseCheck, now: ClassNow) -> PulseTold | None:
    """None where too few could be counted.

    Whoever was there and then left or was blocked is counted as long as who stays, whether or not that one
    answered: else how many were asked would tell.
    """
    if now.policy is None or not now.policy.allows_self_report:
        return None
    rows = PulseAnswer.objects.filter(pulse=pulse, participant__is_trial=False)
    answers = {one: (at, kind) for one, at, kind in rows.values_list("participant_id", "at", "kind")}
    since = {one: now.lesson.time_at(at) for one, at in disclosure.shared_since(now.consents).items()}
    showed = disclosure.showed_since(now.lesson, now.consents, pulse.at)
    asked = now.present | _there_since(pulse) | answers.keys()
    counting, joined_at = asked & now.counting, now.joined_at
    others = [
        Member(one, is_fresh=True, level=Level.UNKNOWN, joined_at=joined_at[one])
        for one in sorted(counting - showed)
    ]
    whose = disclosure.whose_answers(
        now.lesson, now.group, others=others, sharing=counting & since.keys(), minimum=now.minimum
    )
    if whose is None:
        return None
    if whose is Whose.SHARED:
        asked &= since.keys()
        answers = {one: said for one, said in answers.items() if one in since and said[0] >= since[one]}
    kinds = Counter(kind for _at, kind in answers.values())
    return {
        "group_size": now.minimum,
        "of": whose.value,
        "asked": len(asked),
        "yes": kinds[PulseAnswer.Kind.YES],
        "partly": kinds[PulseAnswer.Kind.PARTLY],
        "no": kinds[PulseAnswer.Kind.NO],
    }


def _there_since(pulse: PulseCheck) -> set[int]:
    """Who was there after it was asked, those who have left too."""
    stays = Attendance.objects.filter(
        lesson=pulse.lesson_id, participant__is_trial=False, last_seen_at__gte=pulse.at
    )
    return set(stays.order_by().values_list("participant_id", flat=True))
