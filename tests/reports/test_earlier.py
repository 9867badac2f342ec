"""One student's lesson beside the own earlier ones: the word, and of whom nothing is said."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom import services
from classroom.models import Consent, Lesson, Policy
from reports.build import build_report
from reports.earlier import WORDS, Compared, Measured, compared, earlier_words
from reports.roster import individuals
from tests.factories import MONDAY, make_classroom, make_consent, make_school
from tests.reports.scenes import make_bins, make_ended_lesson, make_stay, make_student
from tests.upkeep import delete_past_retention

USUAL = [Measured(40, share) for share in (0.75, 0.8, 0.85)]


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (1.0, Compared.CLEARLY_MORE),
        (0.91, Compared.WEAKLY_MORE),
        (0.85, Compared.SAME),
        (0.75, Compared.SAME),
        (0.68, Compared.WEAKLY_LESS),
        (0.4, Compared.CLEARLY_LESS),
    ],
)
def test_a_lesson_is_clearly_another_only_beyond_all_that_were_before(share, word):
    assert compared(Measured(40, share), USUAL) is word


def test_of_a_few_minutes_nothing_is_clear():
    assert compared(Measured(10, 0.5), USUAL) is Compared.WEAKLY_LESS


def test_fewer_than_three_lessons_of_ten_minutes_are_not_enough():
    assert compared(Measured(40, 0.1), USUAL[:2]) is None
    assert compared(Measured(40, 0.1), [*USUAL[:2], Measured(9.9, 0.8)]) is None


SHARES = st.floats(0, 1)


@given(SHARES, st.lists(SHARES, min_size=3, max_size=10))
def test_clearly_is_beyond_every_earlier_lesson(share, shares):
    found = compared(Measured(40, share), [Measured(40, one) for one in shares])
    if found in (Compared.CLEARLY_LESS, Compared.CLEARLY_MORE):
        assert share < min(shares) or share > max(shares)


def test_no_word_has_a_digit():
    assert not any(re.search(r"\d|%", str(words)) for words in WORDS.values())


pytestmark = pytest.mark.django_db


def a_course(*levels, **school):
    """A class with a lesson a week, of `levels` each, in all of which one student shared; the newest last."""
    classroom = make_classroom(school=make_school(**school))
    lessons, student = [], None
    for week, level in enumerate(levels):
        lesson = make_ended_lesson(classroom=classroom, started_at=MONDAY + timedelta(days=7 * week))
        if student is None:
            student = make_student(lesson)
        else:
            make_consent(lesson=lesson, participant=student)
            make_stay(lesson, student)
        make_bins(lesson, student, minutes=(0, 40), level=level)
        lessons.append(lesson)
    return lessons, student


def said(lesson, student):
    return earlier_words(lesson, individuals(lesson, 45 * 60)).get(student.id)


NOT_ENOUGH = "Not enough lessons yet to compare with: from 3 earlier ones on, each with 10 minutes measured."


def test_after_three_earlier_lessons_it_is_said_how_this_one_was():
    lessons, student = a_course("engaged", "engaged", "engaged", "away")
    assert said(lessons[-1], student) == "Clearly less with you than in earlier lessons of this student."
    assert said(lessons[2], student) == NOT_ENOUGH


def test_a_list_of_students_says_nothing_where_there_are_not_enough_lessons():
    lessons, student = a_course("engaged", "engaged", "engaged", "away")
    for lesson, told in ((lessons[2], False), (lessons[3], True)):
        measured = individuals(lesson, 45 * 60)
        assert (student.id in earlier_words(lesson, measured, says_not_enough=False)) is told


def test_others_are_never_compared_with():
    lessons, student = a_course("engaged", "engaged", "engaged", "engaged")
    for lesson in lessons:
        other = make_student(lesson)
        make_bins(lesson, other, minutes=(0, 40), level="away")
    newcomer = make_student(lessons[-1])
    make_bins(lessons[-1], newcomer, minutes=(0, 40), level="away")
    assert said(lessons[-1], student) == "With you about as much as in earlier lessons of this student."
    assert said(lessons[-1], newcomer) == NOT_ENOUGH


@pytest.mark.parametrize(
    "change",
    [
        {"choice": Consent.Choice.CLASS_MOOD},
        {"version": 4},
        {"signals": ["presence"]},
        {"moved_at": MONDAY},
        {"was_withdrawn": True, "ended_at": MONDAY},
        {"given_at": MONDAY + timedelta(minutes=35)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_lesson_that_was_not_shared_so_is_not_compared_with(change):
    lessons, student = a_course("engaged", "engaged", "engaged", "away")
    Consent.objects.filter(lesson=lessons[0]).update(**change)
    assert said(lessons[-1], student) == NOT_ENOUGH


def test_a_lesson_that_came_by_a_merge_is_compared_with_none_of_who_has_the_place():
    lessons, student = a_course("engaged", "engaged", "engaged", "away")
    Consent.objects.filter(lesson=lessons[-1]).update(moved_at=MONDAY)
    assert said(lessons[-1], student) is None


@pytest.mark.parametrize("goes", ["withdraws from one", "is erased", "is past the period of sums"])
def test_what_has_gone_is_compared_with_no_more(goes, monkeypatch):
    monkeypatch.setattr("classroom.services.reports.send_report_task", lambda lesson_id: None)
    lessons, student = a_course("engaged", "engaged", "engaged", "away")
    now = lessons[-1].ended_at
    if goes == "withdraws from one":
        services.withdraw_consent(lesson_id=lessons[0].id, participant_id=student.id, now=now)
    elif goes == "is erased":
        services.erase_own_place(participant_id=student.id, now=now)
    else:
        delete_past_retention(now=lessons[0].ended_at + timedelta(days=91))
    expected = None if goes == "is erased" else NOT_ENOUGH
    assert said(lessons[-1], student) == expected


def test_who_agreed_to_older_words_is_compared_with_nothing():
    lessons, student = a_course("engaged", "engaged", "engaged", "away")
    Consent.objects.filter(lesson=lessons[-1]).update(version=4)
    assert said(lessons[-1], student) is None


def test_where_the_policy_reads_no_level_any_more_nothing_is_compared():
    lessons, student = a_course("engaged", "engaged", "engaged", "away")
    Policy.objects.update(allows_attention=False)
    assert said(lessons[-1], student) is None


def test_lessons_of_another_class_are_no_earlier_ones():
    lessons, student = a_course("engaged", "engaged", "engaged", "away")
    lessons[0].classroom = make_classroom(school=lessons[0].classroom.school)
    lessons[0].save()
    assert said(lessons[-1], student) == NOT_ENOUGH


def test_a_class_of_any_size_costs_four_statements(django_assert_num_queries):
    lessons, _student = a_course("engaged", "engaged", "engaged", "away")
    for _ in range(5):
        other = make_student(lessons[-1])
        make_bins(lessons[-1], other, minutes=(0, 40))
    measured = individuals(lessons[-1], 45 * 60)
    with django_assert_num_queries(4):
        assert len(earlier_words(lessons[-1], measured)) == 6


def test_the_sentence_stands_on_the_page_of_the_student_and_in_the_list(client):
    lessons, student = a_course("engaged", "engaged", "engaged", "away")
    lesson = lessons[-1]
    Lesson.objects.filter(id=lesson.id).update(report_state="ready")
    build_report(lesson_id=lesson.id, now=lesson.ended_at, progress=lambda _percent: None)
    client.force_login(lesson.classroom.teacher)
    words = "Clearly less with you than in earlier lessons of this student."
    for page in ("?individuals=1", f"participants/{student.id}/"):
        assert words in client.get(f"/lessons/{lesson.id}/report/{page}").content.decode()
    assert words not in client.get(f"/lessons/{lesson.id}/report/").content.decode()
