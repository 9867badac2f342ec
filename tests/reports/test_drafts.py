"""Drafts of flags: who is judged, against whom, and that a person's word stands."""

from datetime import timedelta

import pytest

from classroom.models import Flag, Lesson, Policy
from classroom.queries.evidence import thresholds_of, usual_shares
from emotion.judgement.persistence import FindingKind
from emotion.labels import Emotion
from emotion.values import Signal
from reports.drafts import findings
from tests.factories import MONDAY, make_classroom, make_consent, make_flag, make_participant
from tests.reports.scenes import make_bins, make_ended_lesson, make_student

pytestmark = pytest.mark.django_db
SAD, DISENGAGED = FindingKind.PERSISTENTLY_SAD, FindingKind.PERSISTENTLY_DISENGAGED


def found(lesson):
    return set(findings(lesson, taught_s=45 * 60))


def make_sad(lesson, *, minutes=(0, 45), **fields):
    student = make_student(lesson, **fields)
    make_bins(lesson, student, minutes=minutes, expression=Emotion.SAD)
    return student


@pytest.mark.parametrize(
    ("choice", "minutes", "drafted"),
    [
        ("own_results", (0, 45), True),
        ("own_results", (0, 25), True),
        ("own_results", (0, 14), False),
        ("own_results", (0, 20), False),
        ("class_mood", (0, 45), False),
        ("no_camera", (0, 45), False),
    ],
    ids=["all of it", "more than half", "too short", "too little coverage", "class only", "no camera"],
)
def test_a_flag_needs_consent_minutes_and_coverage(choice, minutes, drafted):
    lesson = make_ended_lesson()
    student = make_sad(lesson, choice=choice, minutes=minutes)
    assert found(lesson) == ({(student.id, SAD)} if drafted else set())


@pytest.mark.parametrize(
    ("signals", "drafted"),
    [
        (("presence", "attention", "expression"), {SAD, DISENGAGED}),
        (("presence", "attention"), {DISENGAGED}),
        (("presence", "expression"), {SAD}),
        (("presence",), set()),
        ((), set()),
    ],
)
@pytest.mark.parametrize("narrowed", ["policy", "consent"])
def test_nothing_is_drafted_from_a_signal_that_policy_or_consent_does_not_allow(signals, drafted, narrowed):
    """Whatever was stored while more was allowed."""
    lesson = make_ended_lesson()
    student = make_student(lesson)
    make_bins(lesson, student, minutes=(0, 45), expression=Emotion.SAD, level="away")
    if narrowed == "consent":
        student.consents.update(signals=list(signals))
    else:
        allowed = {f"allows_{signal}": signal in signals for signal in Signal}
        Policy.objects.update(**allowed)
    assert found(lesson) == {(student.id, kind) for kind in drafted}


def test_an_absent_student_is_never_flagged():
    lesson = make_ended_lesson()
    student = make_student(lesson)
    make_bins(lesson, student, minutes=(0, 45), face=False)
    assert found(lesson) == set()


def test_an_uncertain_expression_is_no_sadness():
    lesson = make_ended_lesson()
    student = make_student(lesson)
    make_bins(lesson, student, minutes=(0, 45), expression=Emotion.SAD, certain=False)
    assert found(lesson) == set()


def test_the_classroom_sets_the_thresholds():
    classroom = make_classroom(sad_share=0.75, disengaged_share=0.25, minimum_minutes=5, minimum_coverage=0.1)
    thresholds = thresholds_of(classroom)
    assert (thresholds.sad_share, thresholds.disengaged_share) == (0.75, 0.25)
    assert (thresholds.sad_lower_bound, thresholds.disengaged_lower_bound) == pytest.approx((0.6, 0.225))
    assert (thresholds.minutes, thresholds.coverage) == (5, 0.1)
    lesson = make_ended_lesson(classroom=classroom)
    student = make_sad(lesson, minutes=(0, 12))
    assert found(lesson) == {(student.id, SAD)}


@pytest.mark.parametrize("class_only", [0, 4, 5, 30])
def test_class_only_students_are_never_compared_with(class_only):
    """The threshold of a flag is shown: it would tell their median."""
    lesson = make_ended_lesson()
    sharing = make_sad(lesson)
    for _ in range(class_only):
        make_sad(lesson, choice="class_mood")
    finding = findings(lesson, taught_s=2700)[sharing.id, SAD]
    assert (finding.threshold, finding.class_median) == (0.5, None)


def test_a_class_in_which_all_look_sad_is_no_finding_about_one():
    lesson = make_ended_lesson()
    for _ in range(5):
        make_sad(lesson)
    assert found(lesson) == set()


def make_lesson_before(lesson, student, *, weeks, expression, choice="own_results"):
    started_at = MONDAY - timedelta(weeks=weeks)
    earlier = Lesson.objects.filter(classroom=lesson.classroom, started_at=started_at).first()
    earlier = earlier or make_ended_lesson(classroom=lesson.classroom, started_at=started_at)
    make_consent(lesson=earlier, participant=student, choice=choice)
    make_bins(earlier, student, minutes=(0, 45), expression=expression)
    return earlier


@pytest.mark.parametrize(
    ("expression", "choice", "flag", "drafted"),
    [
        (Emotion.NEUTRAL, "own_results", None, True),
        (Emotion.SAD, "own_results", None, False),
        (Emotion.SAD, "own_results", "dismissed", False),
        (Emotion.SAD, "own_results", "confirmed", True),
        (Emotion.SAD, "own_results", "draft", True),
        (Emotion.SAD, "own_results", "expired", True),
        (Emotion.SAD, "class_mood", None, True),
    ],
)
def test_what_is_usual_for_a_student_raises_the_threshold(expression, choice, flag, drafted):
    """Unless a flag of that time was confirmed or never reviewed: what lasts must not excuse itself."""
    lesson = make_ended_lesson()
    student = make_sad(lesson)
    earlier = make_lesson_before(lesson, student, weeks=1, expression=expression, choice=choice)
    if flag:
        make_flag(lesson=earlier, participant=student, kind=SAD, state=flag)
    assert found(lesson) == ({(student.id, SAD)} if drafted else set())


def test_the_usual_share_is_that_of_all_earlier_lessons():
    lesson = make_ended_lesson()
    student = make_student(lesson)
    make_lesson_before(lesson, student, weeks=1, expression=Emotion.SAD)
    make_lesson_before(lesson, student, weeks=2, expression=Emotion.NEUTRAL)
    make_lesson_before(lesson, student, weeks=-1, expression=Emotion.SAD)
    usual = usual_shares(lesson, [student.id])
    assert usual == {SAD: {student.id: 0.5}, DISENGAGED: {student.id: 0.0}}


def test_what_was_measured_before_sharing_is_no_evidence():
    lesson = make_ended_lesson()
    student = make_participant(lesson=lesson)
    change = MONDAY + timedelta(minutes=35)
    make_consent(lesson=lesson, participant=student, choice="class_mood", ended_at=change)
    make_consent(lesson=lesson, participant=student, choice="own_results", given_at=change)
    make_bins(lesson, student, minutes=(0, 45), expression=Emotion.SAD)
    assert found(lesson) == set()


def test_the_class_may_be_any_size_without_more_queries(django_assert_num_queries):
    small, large = make_ended_lesson(), make_ended_lesson()
    for lesson, students in ((small, 2), (large, 12)):
        make_lesson_before(lesson, make_sad(lesson), weeks=1, expression=Emotion.NEUTRAL)
        for _ in range(students):
            calm = make_student(lesson)
            make_bins(lesson, calm, minutes=(0, 45))
            make_lesson_before(lesson, calm, weeks=1, expression=Emotion.NEUTRAL)
    for lesson in (small, large):
        with django_assert_num_queries(7):
            assert len(findings(lesson, taught_s=2700)) == 1


def test_a_draft_carries_its_evidence():
    lesson = make_ended_lesson()
    student = make_sad(lesson, minutes=(3, 45))
    finding = findings(lesson, taught_s=2700)[student.id, SAD]
    assert (finding.share, finding.minutes, finding.interval) == (1.0, 42.0, (180, 2700))
    assert finding.coverage == pytest.approx(42 / 45)
    assert Flag.objects.count() == 0
