"""Recording what was measured, and what withdrawal does to it."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classroom import services
from classroom.models import Consent, ParticipantState, Pause, Policy, Reading, RollupBin
from classroom.models.measurements import COUNTS
from classroom.services.readings import Folded, own_reading
from classroom.wire.measurement import Measurement
from emotion.judgement.engagement import fold
from emotion.labels import EMOTIONS, Emotion
from emotion.values import Analysis, Attention, EmotionScores
from tests.analyses import NO_FACE, attentive, resembling, turned_away
from tests.factories import (
    LAWFUL,
    MONDAY,
    make_classroom,
    make_consent,
    make_lesson,
    make_participant,
    make_school,
)

pytestmark = pytest.mark.django_db


def measured(consent, second, analysis=None):
    taken_at = consent.lesson.started_at + timedelta(seconds=second)
    return Measurement(consent.participant_id, consent.id, taken_at, analysis or attentive())


def record(consent, *measurements):
    return services.record_readings(lesson_id=consent.lesson_id, measurements=measurements)


@pytest.fixture
def consent():
    lesson = make_lesson()
    return make_consent(lesson=lesson, participant=make_participant(lesson=lesson))


def test_a_measurement_becomes_a_reading_a_state_and_a_sum(consent):
    record(consent, *(measured(consent, second, attentive(Emotion.HAPPY)) for second in range(4)))

    assert Reading.objects.filter(participant=consent.participant, was_folded=True).count() == 4
    state = ParticipantState.objects.get(participant=consent.participant)
    assert (state.version, state.level) == (4, "engaged")
    assert EMOTIONS[state.probabilities.index(max(state.probabilities))] is Emotion.HAPPY
    row = RollupBin.objects.get(participant=consent.participant)
    assert (row.starts_at, row.readings, row.faces) == (MONDAY, 4, 4)
    assert row.expression_sums[EMOTIONS.index(Emotion.HAPPY)] > 3000


def test_the_same_measurement_twice_is_stored_and_counted_once(consent):
    assert record(consent, measured(consent, 1)) == 1
    assert record(consent, measured(consent, 1), measured(consent, 2)) == 1
    assert RollupBin.objects.get().readings == 2
    assert ParticipantState.objects.get().version == 2


@pytest.mark.parametrize("tiny", [1e-40, -1e-50, 5e-324])
def test_a_number_too_small_for_its_column_takes_no_batch_with_it(consent, tiny):
    """A browser may say any number in its range, and others' readings are in the same statement."""
    scores = EmotionScores((1.0, abs(tiny), 0.0, 0.0, 0.0, 0.0, 0.0), uncertain=False)
    attention = Attention(tiny, tiny, tiny, abs(tiny), tiny, tiny, yawning=False)
    other = make_consent(lesson=consent.lesson, participant=make_participant(lesson=consent.lesson))
    forged = [measured(consent, second, Analysis(1, None, attention, scores)) for second in range(8)]
    assert record(consent, *forged, measured(other, 1)) == 9
    row = Reading.objects.filter(participant=consent.participant).last()
    assert (row.yaw, row.eye_openness, row.probabilities[1]) == (0, 0, 0)


def test_nothing_is_recorded_of_before_its_consent():
    """Of a lesson at ten times the speed, too: the consent's time is real, a reading's is the lesson's."""
    for speed in (1, 10):
        lesson = make_lesson(speed=speed, pace=speed)
        given_at = lesson.started_at + timedelta(seconds=60)
        consent = make_consent(lesson=lesson, participant=make_participant(lesson=lesson), given_at=given_at)
        before, after = measured(consent, 60 * speed - 0.1), measured(consent, 60 * speed)
        assert record(consent, before, after) == 1
        assert Reading.objects.get(lesson=lesson).taken_at == after.taken_at


def test_nothing_is_recorded_of_a_pause_also_when_it_is_over(consent):
    """A browser that says how old its readings are sends them when it may again."""
    start = consent.lesson.started_at
    for began, ended in [(2, 4), (6, 8)]:
        times = {"started_at": start + timedelta(seconds=began), "ended_at": start + timedelta(seconds=ended)}
        Pause.objects.create(lesson=consent.lesson, **times)
    Pause.objects.create(lesson=consent.lesson, started_at=start + timedelta(seconds=9))
    record(consent, *(measured(consent, second) for second in range(11)))
    stored = Reading.objects.values_list("taken_at", flat=True)
    assert [(at - start).seconds for at in stored] == [0, 1, 4, 5, 8]
    assert RollupBin.objects.get().readings == 5


def test_the_sums_of_several_batches_are_those_of_one(consent):
    analyses = [attentive(Emotion.HAPPY), turned_away(), NO_FACE, attentive(Emotion.SAD)]
    other = make_consent(lesson=consent.lesson, participant=make_participant(lesson=consent.lesson))
    for second, analysis in enumerate(analyses):
        record(consent, measured(consent, second, analysis))
    record(other, *(measured(other, second, analysis) for second, analysis in enumerate(analyses)))
    names = [*COUNTS, "engagements", "certain", "expression_sums"]
    one, several = RollupBin.objects.filter(lesson=consent.lesson).values(*names)
    assert one == several
    assert one["readings"] == 4
    assert min(one["expression_sums"]) > 0


def test_what_was_stored_before_a_state_began_anew_is_stored_and_counted_once(consent):
    """A change of mind begins a new state, which knows nothing of what was read before."""
    record(consent, measured(consent, 1), measured(consent, 2))
    ParticipantState.objects.all().delete()
    assert record(consent, measured(consent, 2), measured(consent, 3)) == 1
    assert RollupBin.objects.get().readings == 3


def test_a_batch_of_what_is_stored_already_changes_nothing(consent):
    record(consent, measured(consent, 1))
    before = (ParticipantState.objects.get().version, RollupBin.objects.get().readings)
    assert record(consent, measured(consent, 1)) == 0
    assert (ParticipantState.objects.get().version, RollupBin.objects.get().readings) == before


def test_a_late_measurement_is_stored_but_leaves_the_state_as_it_is(consent):
    record(consent, measured(consent, 5))
    before = ParticipantState.objects.get()
    record(consent, measured(consent, 3, NO_FACE))
    after = ParticipantState.objects.get()

    assert (after.version, after.signals) == (before.version, before.signals)
    assert not Reading.objects.get(taken_at=MONDAY + timedelta(seconds=3)).was_folded
    assert RollupBin.objects.get().readings == 2


def test_each_of_the_sums_counts_what_it_is_named_after(consent):
    analyses = [attentive(Emotion.HAPPY)] * 20 + [NO_FACE] * 2
    record(consent, *(measured(consent, second / 10, one) for second, one in enumerate(analyses)))
    happy = RollupBin.objects.get(starts_at=MONDAY)
    assert (happy.readings, happy.faces, happy.expressions, happy.certain, happy.sad) == (22, 20, 20, 20, 0)
    assert happy.engaged == happy.engagements > 0
    assert happy.drifting == happy.away == 0
    assert 900 < happy.engagement_permille / happy.engagements <= 1000
    assert happy.expression_sums[EMOTIONS.index(Emotion.HAPPY)] == max(happy.expression_sums) > 15_000


def test_sadness_is_summed_where_the_expression_resembles_it(consent):
    record(consent, *(measured(consent, second / 4, attentive(Emotion.SAD)) for second in range(39)))
    row = RollupBin.objects.get()
    assert (row.sad, row.certain, row.expressions) == (39, 39, 39)


def test_what_names_no_expression_is_read_but_neither_certain_nor_sad(consent):
    unsure = replace(attentive(Emotion.SAD), expression=EmotionScores((1 / 7,) * 7, True))
    record(consent, *(measured(consent, second / 4, unsure) for second in range(39)))
    row = RollupBin.objects.get()
    assert (row.sad, row.certain, row.expressions) == (0, 0, 39)


def test_an_own_reading_that_names_nothing_carries_no_label(consent):
    unsure = replace(attentive(Emotion.SAD), expression=replace(resembling(Emotion.SAD), uncertain=True))
    told = [own_reading(Folded(measured(consent, 0, one), None)) for one in (unsure, attentive(Emotion.SAD))]
    assert [reading["expression"] for reading in told] == [
        {"label": None, "clarity": "not_sure"},
        {"label": "sad", "clarity": "clearly"},
    ]


def test_time_turned_away_is_summed_as_such_and_the_reading_tells_its_engagement(consent):
    record(consent, *(measured(consent, second) for second in range(60)))
    record(consent, *(measured(consent, second, turned_away()) for second in range(60, 120)))
    last = RollupBin.objects.order_by("starts_at").last()
    assert (last.engaged, last.away, last.engagements) == (0, 10, 10)
    assert last.engagement_permille < 3000
    assert Reading.objects.latest("taken_at").engagement < 0.3


def test_time_half_turned_away_is_summed_as_drifting(consent):
    record(consent, *(measured(consent, second) for second in range(60)))
    record(consent, *(measured(consent, second, turned_away(yaw=25)) for second in range(60, 90)))
    last = RollupBin.objects.order_by("starts_at").last()
    assert (last.engaged, last.drifting, last.away, last.engagements) == (0, 10, 0, 10)


# --- policy AND consent ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "agreed", "expression", "attention"),
    [
        ("full", ["attention", "expression", "presence"], True, True),
        ("full", ["presence"], False, False),
        ("full", ["attention", "presence"], False, True),
        ("attention", ["attention", "expression", "presence"], False, True),
        ("presence", ["attention", "expression", "presence"], False, False),
    ],
)
def test_what_is_stored_is_what_policy_and_consent_both_allow(policy, agreed, expression, attention):
    lesson = make_lesson(classroom=make_classroom(school=make_school(preset=policy)))
    participant = make_participant(lesson=lesson)
    consent = make_consent(lesson=lesson, participant=participant, signals=agreed)
    assert record(consent, measured(consent, 1)) == 1
    reading = Reading.objects.get()
    assert (reading.probabilities is not None, reading.yaw is not None) == (expression, attention)


@pytest.mark.parametrize("preset", ["self_report", None])
def test_without_a_signal_nothing_is_stored_though_it_was_measured(consent, preset):
    Policy.objects.all().delete()
    if preset:
        services.choose_policy(
            school=consent.lesson.classroom.school,
            preset=preset,
            readers="server",
            now=timezone.now(),
            **LAWFUL,
        )
    assert record(consent, measured(consent, 1)) == 0


def test_a_face_that_goes_leaves_the_values_that_are_held(consent):
    record(consent, *(measured(consent, second, attentive(Emotion.HAPPY)) for second in range(5)))
    record(consent, *(measured(consent, second, NO_FACE) for second in range(5, 40)))
    state = ParticipantState.objects.get()
    assert (state.level, state.seen_level, state.seen_bins) == ("unknown", "engaged", 1)
    assert EMOTIONS[state.seen_probabilities.index(max(state.seen_probabilities))] is Emotion.HAPPY
    assert state.seen_at == MONDAY + timedelta(seconds=4)


def test_a_face_whose_expression_cannot_be_read_keeps_the_last_one(consent):
    record(consent, *(measured(consent, second, attentive(Emotion.HAPPY)) for second in range(60)))
    record(consent, *(measured(consent, second, turned_away()) for second in range(60, 120)))
    state = ParticipantState.objects.get()
    assert (state.probabilities, state.seen_level) == (None, "away")
    assert EMOTIONS[state.seen_probabilities.index(max(state.seen_probabilities))] is Emotion.HAPPY


def test_no_face_is_a_reading_without_scores(consent):
    record(consent, measured(consent, 1, NO_FACE))
    reading = Reading.objects.get()
    assert (reading.faces, reading.probabilities, reading.yaw, reading.engagement) == (0, None, None, None)
    assert reading.level == "unknown"


def test_nothing_is_stored_after_the_consent_ended(consent):
    Consent.objects.update(ended_at=timezone.now())
    assert record(consent, measured(consent, 1)) == 0
    assert not Reading.objects.exists()


def test_nothing_is_stored_under_a_consent_without_camera():
    lesson = make_lesson()
    consent = make_consent(lesson=lesson, participant=make_participant(lesson=lesson), choice="no_camera")
    assert record(consent, measured(consent, 1)) == 0


def test_nothing_is_stored_under_somebody_elses_consent(consent):
    other = make_participant(lesson=consent.lesson)
    foreign = Measurement(other.id, consent.id, MONDAY, attentive())
    assert services.record_readings(lesson_id=consent.lesson_id, measurements=[foreign]) == 0


def test_nothing_is_stored_that_was_taken_after_the_end(consent):
    services.end_lesson(lesson_id=consent.lesson_id, now=MONDAY + timedelta(minutes=10))
    assert record(consent, measured(consent, 599), measured(consent, 601)) == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seconds=st.lists(st.integers(0, 120), min_size=1, max_size=25),
    sizes=st.lists(st.integers(1, 4), min_size=25, max_size=25),
    analyses=st.lists(
        st.sampled_from([attentive(), attentive(Emotion.SAD), turned_away(), NO_FACE]),
        min_size=25,
        max_size=25,
    ),
)
def test_folding_all_measurements_again_gives_the_same_state(seconds, sizes, analyses):
    """Whatever the order of arrival, and however it was cut into batches."""
    with transaction.atomic():
        lesson = make_lesson()
        consent = make_consent(lesson=lesson, participant=make_participant(lesson=lesson))
        waiting = [measured(consent, s, a) for s, a in zip(seconds, analyses, strict=False)]
        for size in sizes:
            record(consent, *waiting[:size])
            waiting = waiting[size:]
        first = {}
        for second, analysis in zip(seconds, analyses, strict=False):
            first.setdefault(second, analysis)
        signals = None
        for reading in Reading.objects.filter(lesson=lesson, was_folded=True).order_by("taken_at"):
            second = int((reading.taken_at - MONDAY).total_seconds())
            signals, engagement = fold(signals, first[second], float(second))
        state = ParticipantState.objects.get(participant=consent.participant)
        assert (state.signals, state.level) == (signals.to_dict(), engagement.level)
        assert sum(b.readings for b in RollupBin.objects.filter(lesson=lesson)) == len(set(seconds))
        transaction.set_rollback(True)


def test_withdrawal_deletes_what_was_measured_and_says_how_much(consent):
    record(consent, *(measured(consent, second) for second in range(12)))
    receipt = services.withdraw_consent(
        lesson_id=consent.lesson_id, participant_id=consent.participant_id, now=timezone.now()
    )

    assert (receipt.readings, receipt.bins) == (12, 2)
    for model in (Reading, ParticipantState, RollupBin):
        assert not model.objects.exists()
    consent.refresh_from_db()
    assert consent.was_withdrawn
    assert consent.ended_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_batch_in_flight_cannot_bring_back_what_was_withdrawn(consent):
    """The batch holds its locks while the withdrawal waits; whichever is first, nothing is left."""
    recorded = threading.Event()

    def withdraw():
        recorded.wait(5)
        services.withdraw_consent(
            lesson_id=consent.lesson_id, participant_id=consent.participant_id, now=timezone.now()
        )
        connection.close()

    thread = threading.Thread(target=withdraw)
    thread.start()
    with transaction.atomic():
        assert record(consent, measured(consent, 1)) == 1
        recorded.set()
        thread.join(0.5)
        assert thread.is_alive(), "the withdrawal waits for the batch"
    thread.join(5)
    assert not Reading.objects.exists()
    assert record(consent, measured(consent, 2)) == 0
    assert not Reading.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_fold_one_participant_one_after_the_other(consent):
    """Each holds half of the snapshots, interleaved; none is lost and no sum is counted twice."""

    def work(remainder):
        for second in range(remainder, 20, 2):
            record(consent, measured(consent, second))
        connection.close()

    threads = [threading.Thread(target=work, args=(remainder,)) for remainder in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert Reading.objects.count() == 20
    assert sum(RollupBin.objects.values_list("readings", flat=True)) == 20
    assert ParticipantState.objects.get().version == Reading.objects.filter(was_folded=True).count()
