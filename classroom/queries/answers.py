"""What is told of the answers to a pulse check, made once, when it closes."""

from collections import Counter

from classroom import disclosure
from classroom.disclosure import Member, Whose
from classroom.models import PulseAnswer, PulseCheck
from classroom.queries.classnow import ClassNow
from classroom.wire.messages import PulseTold
from emotion.judgement.engagement import Level


def pulse_told(pulse: PulseCheck, now: ClassNow) -> PulseTold | None:
    """None where too few could be counted.

    Whoever answered and then left or was blocked is counted as long as who stays, as with taps.
    """
    if now.policy is None or not now.policy.allows_self_report:
        return None
    rows = PulseAnswer.objects.filter(pulse=pulse, participant__is_trial=False)
    answers = {one: (at, kind) for one, at, kind in rows.values_list("participant_id", "at", "kind")}
    since = {one: now.lesson.time_at(at) for one, at in disclosure.shared_since(now.consents).items()}
    by_name = disclosure.said_by_name(
        now.lesson, now.consents, {one: at for one, (at, _kind) in answers.items()}
    )
    asked = now.present | answers.keys()
    counting, joined_at = asked & now.counting, now.joined_at
    others = [
        Member(one, is_fresh=True, level=Level.UNKNOWN, joined_at=joined_at[one])
        for one in sorted(counting - since.keys() - by_name)
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
