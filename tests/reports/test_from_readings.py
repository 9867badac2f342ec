"""From measurements to the sums, and from the sums to a draft: no sum here is made by hand."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from classroom.models import Lesson, Participant, RollupBin
from classroom.services import record_readings
from classroom.wire.measurement import Measurement
from emotion.labels import EMOTIONS, Emotion
from emotion.values import Analysis, EmotionScores
from reports.build import build_report
from reports.roster import individuals
from tests.analyses import BOX, NO_FACE, attentive, looking, resembling, turned_away
from tests.factories import MONDAY, make_lesson
from tests.reports.scenes import make_student

pytestmark = pytest.mark.django_db
MINUTES = 20
EVERY_S = 2
A_BIN = 10 // EVERY_S
UNSURE = EmotionScores(resembling(Emotion.SAD, 0.3).probabilities, uncertain=True)

Camera = Callable[[float], Analysis]


def unsure(_second: float) -> Analysis:
    return Analysis(faces=1, box=BOX, attention=looking(), expression=UNSURE)


def film(lesson: Lesson, student: Participant, camera: Camera, *, minutes: float = MINUTES) -> None:
    """What a worker would have measured every two seconds."""
    consent = student.consents.get()
    measurements = [
        Measurement(student.id, consent.id, lesson.started_at + timedelta(seconds=second), camera(second))
        for second in range(1, int(minutes * 60), EVERY_S)
    ]
    assert record_readings(lesson_id=lesson.id, measurements=measurements) == len(measurements)


def end(lesson: Lesson) -> None:
    ended_at = lesson.started_at + timedelta(minutes=MINUTES)
    Lesson.objects.filter(id=lesson.id).update(ended_at=ended_at, report_state="pending")
    lesson.refresh_from_db()


def a_minute_of(camera: Camera) -> tuple[Lesson, Participant, RollupBin]:
    """The lesson, the student and the sums of the last ten seconds of a minute."""
    lesson = make_lesson()
    student = make_student(lesson)
    film(lesson, student, camera, minutes=1)
    return lesson, student, RollupBin.objects.get(starts_at=lesson.started_at + timedelta(seconds=50))


NOTHING = dict.fromkeys(
    ("faces", "expressions", "certain", "sad", "engagement_permille", "engagements", "engaged", "drifting"), 0
)


@pytest.mark.parametrize(
    ("camera", "sums"),
    [
        (
            lambda _s: attentive(),
            {"faces": 5, "expressions": 5, "certain": 5, "engagements": 5, "engaged": 5},
        ),
        (
            lambda _s: attentive(Emotion.SAD),
            {"faces": 5, "expressions": 5, "certain": 5, "sad": 5, "engagements": 5, "engaged": 5},
        ),
        (unsure, {"faces": 5, "expressions": 5, "engagements": 5, "engaged": 5}),
        (lambda _s: NO_FACE, {}),
    ],
    ids=["neutral", "sad", "unsure", "no face"],
)
def test_readings_become_sums(camera, sums):
    _lesson, student, row = a_minute_of(camera)
    expected = {**NOTHING, "away": 0, **sums, "readings": A_BIN}
    if "engaged" in sums:
        expected["engagement_permille"] = row.engagement_permille
        assert 900 * A_BIN < row.engagement_permille <= 1000 * A_BIN
    assert {name: getattr(row, name) for name in expected} == expected
    shares = [round(total / 1000 / A_BIN, 2) for total in row.expression_sums]
    read = camera(0).expression
    assert shares == (
        pytest.approx([*read.probabilities], abs=0.01) if read and "expressions" in sums else [0] * 7
    )
    assert RollupBin.objects.filter(participant=student).count() == 6


def test_who_turns_away_is_summed_as_away_and_adds_little_engagement():
    lesson = make_lesson()
    student = make_student(lesson)
    film(lesson, student, lambda second: attentive() if second < 60 else turned_away(), minutes=2)
    row = RollupBin.objects.get(starts_at=lesson.started_at + timedelta(seconds=110))
    assert (row.engaged, row.drifting, row.away, row.engagements) == (0, 0, A_BIN, A_BIN)
    assert row.engagement_permille < 100 * A_BIN


def test_a_student_who_looks_sad_for_twenty_minutes_becomes_a_draft_and_nobody_else_does():
    lesson = make_lesson()
    sad, unsure_one, away, absent, calm = (make_student(lesson) for _ in range(5))
    film(lesson, sad, lambda _s: attentive(Emotion.SAD))
    film(lesson, unsure_one, unsure)
    film(lesson, away, lambda second: attentive() if second < 60 else turned_away())
    film(lesson, absent, lambda _s: NO_FACE)
    film(lesson, calm, lambda _s: attentive())
    end(lesson)
    build_report(lesson_id=lesson.id, now=MONDAY + timedelta(hours=1), progress=lambda percent: None)
    assert set(lesson.flags.values_list("participant_id", "kind", "state")) == {
        (sad.id, "persistently_sad", "draft"),
        (away.id, "persistently_disengaged", "draft"),
    }
    flag = lesson.flags.get(participant=sad)
    assert (flag.share, flag.minutes, flag.coverage) == (1.0, MINUTES, 1.0)
    found = individuals(lesson, MINUTES * 60)
    assert found[sad.id].expression_shares == {Emotion.SAD: 1.0}
    assert (found[unsure_one.id].uncertain_share, found[calm.id].uncertain_share) == (1.0, 0.0)
    assert found[calm.id].blocks.engagement[-1] == pytest.approx(1.0, abs=0.1)
    assert found[absent.id].absent


def test_a_class_only_student_is_summed_and_never_flagged():
    lesson = make_lesson()
    student = make_student(lesson, choice="class_mood")
    film(lesson, student, lambda _s: attentive(Emotion.SAD))
    end(lesson)
    build_report(lesson_id=lesson.id, now=MONDAY + timedelta(hours=1), progress=lambda percent: None)
    assert sum(RollupBin.objects.values_list("sad", flat=True)) > 0
    assert lesson.flags.count() == 0
    assert len(EMOTIONS) == len(RollupBin.objects.first().expression_sums)
