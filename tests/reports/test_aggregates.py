"""The class over one lesson, from its rows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from classroom import services
from classroom.disclosure import Amount, Strength
from classroom.models import Consent, Lesson, Participant, Policy, User
from emotion.values import Signal
from reports.aggregates import (
    class_summary,
    compared,
    marked,
    policies_today,
    prevailing,
    shown_under,
    stretches,
)
from reports.stored import is_final
from reports.taps import count_said, heard_minutes, self_report_steps
from reports.values import PaceCounts, SelfReportCounts, Span
from tests.factories import (
    MONDAY,
    make_classroom,
    make_consent,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
    make_user,
)
from tests.reports.scenes import (
    make_ended_lesson,
    make_marker,
    make_mood,
    make_pause,
    make_self_report,
    make_stay,
    make_student,
)
from tests.reports.values import FULL, a_mood, a_summary, in_words

MOST, HALF, FEW = Amount.MOST, Amount.HALF, Amount.FEW


def moment(at_s, mood, said=(), told=()):
    return compared(marked(at_s, "x", said, told), mood)


# --- key moments ---


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ([0.8] * 12, [0.6] * 12, -0.2),
        ([0.5] * 12, [0.5] * 12, 0.0),
        ([0.4] * 6 + [None] * 6, [0.6] * 6, 0.2),
        ([0.4] * 5 + [None] * 7, [0.6] * 12, None),
        ([0.4] * 12, [0.6] * 5, None),
        ([None] * 12, [None] * 12, None),
    ],
    ids=["fell", "same", "a minute each", "too few before", "too few after", "nothing"],
)
def test_a_moment_compares_what_is_known_on_both_sides(before, after, change):
    found = moment(120, a_mood(*before, *after))
    assert found.change == (None if change is None else pytest.approx(change))


@pytest.mark.parametrize(
    ("steps", "level"),
    [
        ([MOST] * 6, MOST),
        ([MOST] * 5, None),
        ([MOST] * 6 + [HALF] * 6, MOST),
        ([MOST] * 5 + [HALF] * 6, HALF),
        ([FEW] * 6 + [HALF] * 6, FEW),
        ([MOST] * 3 + [HALF] * 2 + [FEW] * 3, HALF),
    ],
)
def test_a_side_in_words_says_what_prevailed_in_a_minute_or_more(steps, level):
    assert moment(120, in_words(*steps)).before.level is level


def test_a_moment_says_on_how_much_each_side_rests():
    said = [(60, 1, "lost"), (119, 2, "lost"), (120, 3, "lost")]
    found = moment(120, a_mood(*[0.8] * 12, *[0.6] * 7), said, told=[0, 60, 120, 180])
    assert (found.before.steps, found.after.steps) == (12, 7)
    assert (found.before.self_reports.lost, found.after.self_reports.lost) == (2, 1)


def test_a_moment_at_the_start_has_nothing_before():
    before = moment(0, a_mood(*[0.8] * 12), [], [0]).before
    assert (before.steps, before.engagement, before.counted, before.self_reports) == (0, None, 0, None)


# --- the best and the hardest minutes ---


@pytest.mark.parametrize(
    ("values", "best", "hardest"),
    [
        ([0.9] * 30 + [0.4] * 30, 0, 300),
        ([0.4] * 30 + [0.9] * 30, 300, 0),
        ([0.9] * 30 + [0.85] * 30, None, None),
        ([0.9] * 30 + [None] * 30, None, None),
        ([], None, None),
    ],
    ids=["falls", "rises", "even", "half unknown", "nothing"],
)
def test_the_best_and_the_hardest_minutes_are_named_only_if_they_differ(values, best, hardest):
    starts = [one and one.span.start_s for one in stretches(a_mood(*values), 600)]
    assert starts == [best, hardest]


@pytest.mark.parametrize(
    ("levels", "found"),
    [
        ([MOST] * 30 + [FEW] * 30, [(0, MOST), (300, FEW)]),
        ([HALF] * 30 + [MOST] * 30, [(300, MOST), (0, HALF)]),
        ([MOST] * 60, [None, None]),
        ([MOST] * 30 + [*[MOST] * 20, *[FEW] * 10], [None, None]),
    ],
    ids=["falls", "rises", "even", "not for most of five minutes"],
)
def test_without_exact_figures_the_words_name_the_best_and_the_hardest_minutes(levels, found):
    assert [one and (one.span.start_s, one.level) for one in stretches(in_words(*levels), 600)] == found


def test_where_enough_show_their_engagement_the_words_are_not_asked():
    mood = tuple(replace(step, level=MOST) for step in a_mood(*[0.9] * 30, *[0.4] * 30))
    best, hardest = stretches(mood, 600)
    assert (best.engagement, best.level, hardest.engagement) == (0.9, None, 0.4)


def test_what_was_so_for_half_of_the_steps_prevails():
    assert prevailing([MOST, FEW]) is MOST


# --- what students said ---


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ([], SelfReportCounts()),
        ([(0, 1, "lost"), (9, 1, "lost")], SelfReportCounts(lost=1)),
        ([(0, 1, "lost"), (9, 1, "following")], SelfReportCounts(lost=1, following=1)),
        ([(0, 1, "lost"), (9, 2, "lost"), (9, 3, "need_a_break")], SelfReportCounts(lost=2, need_a_break=1)),
    ],
)
def test_who_says_the_same_twice_counts_once(said, counts):
    assert count_said(said) == counts


def test_self_reports_are_counted_by_the_minute_they_fall_in():
    steps = self_report_steps([(59, 1, "lost"), (60, 1, "lost"), (200, 2, "lost")], {0: 5, 60: 6, 180: 5})
    assert [step.span for step in steps] == [Span(0, 60), Span(60, 120), Span(180, 240)]
    assert [(step.present, step.counts.lost) for step in steps] == [(5, 1), (6, 1), (5, 1)]


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (FULL, {60: 5}),
        (replace(FULL, minimum_group_size=4), {0: 4, 60: 5}),
        (replace(FULL, allows_self_report=False), {}),
        (None, {}),
    ],
)
def test_a_minute_is_told_from_the_smallest_group_on_and_where_the_policy_allows_it(policy, told):
    heard = heard_minutes(Lesson(), {60: range(5), 0: range(4)}, {}, policy)
    assert {minute: len(one.people) for minute, one in heard.items()} == told


@pytest.mark.django_db
@pytest.mark.parametrize(("present", "told"), [(1, []), (4, []), (5, [1]), (6, [1])])
def test_what_one_says_is_counted_only_while_enough_are_present(present, told):
    lesson = make_ended_lesson()
    one = make_student(lesson, choice="no_camera")
    for _ in range(present - 1):
        make_student(lesson, choice="no_camera")
    make_self_report(lesson, one, minute=8.5)
    make_marker(lesson, minute=8)
    summary = class_summary(lesson, MONDAY)
    assert [step.counts.lost for step in summary.self_reports if step.counts.total] == told
    after = summary.moments[0].after.self_reports
    assert (after.lost if after else None) == (1 if told else None)
    assert ("lost': 1" in str(summary.to_dict())) is bool(told)


@pytest.mark.django_db
def test_a_minute_in_which_fewer_are_present_is_not_told():
    lesson = make_ended_lesson()
    stays = [(0, 45), (0, 45), (0, 45), (0, 45), (10, 20.5)]
    students = [make_student(lesson, choice="no_camera", minutes=minutes) for minutes in stays]
    for minute in (9.5, 12.5, 20.2, 21.5):
        make_self_report(lesson, students[0], minute=minute)
    make_marker(lesson, minute=11)
    summary = class_summary(lesson, MONDAY)
    steps, around = summary.self_reports, summary.moments[0]
    assert (around.before.self_reports.lost, around.after.self_reports.lost) == (0, 1)
    assert [step.span.start_s // 60 for step in steps] == list(range(10, 21))
    assert [step.span.start_s // 60 for step in steps if step.counts.lost] == [12, 20]


@pytest.mark.django_db
def test_what_is_said_of_the_pace_is_told_by_the_same_rule():
    lesson = make_ended_lesson()
    stays = [(0, 45), (0, 45), (0, 45), (0, 45), (10, 20.5)]
    students = [make_student(lesson, choice="no_camera", minutes=minutes) for minutes in stays]
    for who, minute in ((0, 9.5), (0, 12.2), (0, 12.8), (1, 12.4), (0, 21.5)):
        make_self_report(lesson, students[who], minute=minute, kind="too_fast")
    make_self_report(lesson, students[2], minute=12.5, kind="too_slow")
    make_marker(lesson, minute=12)
    summary = class_summary(lesson, MONDAY)
    told = {step.span.start_s // 60: step for step in summary.self_reports}
    assert {minute for minute, step in told.items() if step.pace != PaceCounts()} == {12}
    assert (told[12].pace, told[12].counts.total) == (PaceCounts(2, 0, 1), 0)
    assert summary.moments[0].after.self_reports.total == 0


@pytest.mark.django_db
@pytest.mark.parametrize("fifth", ["trial", "simulated", "withdrawn", "connected twice"])
def test_who_does_not_count_makes_no_group(fifth):
    lesson = make_ended_lesson()
    students = [make_student(lesson, choice="no_camera") for _ in range(4)]
    if fifth == "connected twice":
        make_stay(lesson, students[0])
    elif fifth == "withdrawn":
        make_stay(lesson, make_participant(lesson=lesson))
    else:
        make_student(lesson, choice="no_camera", **{f"is_{fifth}": True})
    make_self_report(lesson, students[0], minute=8)
    assert class_summary(read_again(lesson), MONDAY).self_reports == ()


@pytest.mark.django_db
def test_what_a_trial_says_is_never_counted():
    lesson = make_ended_lesson()
    for _ in range(5):
        make_student(lesson, choice="no_camera")
    make_self_report(lesson, make_student(lesson, is_trial=True), minute=8)
    summary = class_summary(lesson, MONDAY)
    assert len(summary.self_reports) == 45
    assert not any(step.counts.total for step in summary.self_reports)
    assert summary.joined == 5


@pytest.mark.django_db
def test_a_teacher_who_removes_somebody_learns_nothing_of_what_that_one_said(sent):
    """Two said "lost"; without one of them the report would say one."""
    lesson = make_ended_lesson()
    first, second, *_others = [make_student(lesson, choice="no_camera") for _ in range(7)]
    make_marker(lesson, minute=8)
    for one in (first, second):
        make_self_report(lesson, one, minute=8.5)
    assert max(step.counts.lost for step in class_summary(lesson, MONDAY).self_reports) == 2
    services.remove_place(participant_id=second.id, by=lesson.classroom.teacher, now=MONDAY)
    lesson.refresh_from_db()
    summary = class_summary(lesson, MONDAY)
    assert summary.self_reports == ()
    assert summary.moments[0].after.self_reports is None


@pytest.mark.django_db
@pytest.mark.parametrize("trace", ["trial", "never there"])
def test_who_said_nothing_that_counts_is_removed_without_a_word(trace, sent):
    lesson = make_ended_lesson()
    for _ in range(5):
        make_student(lesson, choice="no_camera")
    if trace == "trial":
        gone = make_student(lesson, is_trial=True)
    else:
        gone = make_participant(classroom=lesson.classroom)
    services.remove_place(participant_id=gone.id, by=lesson.classroom.teacher, now=MONDAY)
    lesson.refresh_from_db()
    assert len(class_summary(lesson, MONDAY).self_reports) == 45


@pytest.mark.django_db
def test_what_a_blocked_student_said_stays_in_the_numbers():
    lesson = make_lesson()
    students = [make_student(lesson, choice="no_camera") for _ in range(6)]
    make_self_report(lesson, students[0], minute=8)
    services.block_participant(participant_id=students[0].id, now=MONDAY + timedelta(minutes=9))
    Lesson.objects.update(ended_at=MONDAY + timedelta(minutes=45), report_state="pending")
    lesson.refresh_from_db()
    assert max(step.counts.lost for step in class_summary(lesson, MONDAY).self_reports) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("quiet", "lost"), [(1, 0), (4, 0), (5, 1)])
def test_what_one_says_beside_those_who_show_results_is_counted_among_enough_others(quiet, lost):
    """The numbers of the class less the taps that stood on tiles would be that one's."""
    lesson = make_ended_lesson()
    alone, *_others = [make_student(lesson, choice="class_mood") for _ in range(quiet)]
    sharing = [make_student(lesson) for _ in range(6)]
    make_marker(lesson, minute=8)
    make_self_report(lesson, alone, minute=8.5)
    for one in sharing:
        make_self_report(lesson, one, minute=8.5, kind="following")
    summary = class_summary(lesson, MONDAY)
    assert summary.moments[0].after.self_reports == SelfReportCounts(following=6, lost=lost)
    assert max(step.counts.lost for step in summary.self_reports) == lost
    assert {step.present for step in summary.self_reports} == {6 + (quiet if quiet == 5 else 0)}


@pytest.mark.django_db
def test_who_showed_results_for_a_while_is_none_of_the_others_in_those_minutes():
    """What was tapped then stood beside the name; and once it does no more, it is nobody's."""
    lesson = make_ended_lesson()
    for _ in range(4):
        make_student(lesson, choice="no_camera")
    changed = make_student(lesson, choice="class_mood")
    change = MONDAY + timedelta(minutes=20)
    changed.consents.update(given_at=change)
    make_consent(lesson=lesson, participant=changed, given_at=MONDAY, ended_at=change)
    minutes = [step.span.start_s // 60 for step in class_summary(lesson, MONDAY).self_reports]
    assert minutes == list(range(21, 45))


@pytest.mark.django_db
def test_a_tap_from_before_somebody_showed_results_is_none_of_those_who_do():
    lesson = make_ended_lesson()
    *_others, changed = [make_student(lesson) for _ in range(6)]
    for minute in (3.5, 20.5, 30.5):
        make_self_report(lesson, changed, minute=minute)
    changed.consents.update(given_at=MONDAY + timedelta(minutes=20, seconds=40))
    steps = class_summary(lesson, MONDAY).self_reports
    assert [step.span.start_s // 60 for step in steps if step.counts.lost] == [30]


@pytest.mark.django_db
def test_what_is_said_of_the_pace_is_not_how_it_went():
    lesson = make_ended_lesson()
    students = [make_student(lesson, choice="no_camera") for _ in range(5)]
    make_self_report(lesson, students[0], minute=8, kind="too_fast")
    make_self_report(lesson, students[1], minute=8)
    counts = [step.counts for step in class_summary(lesson, MONDAY).self_reports if step.counts.total]
    assert counts == [SelfReportCounts(lost=1)]


@pytest.mark.django_db
def test_a_larger_group_under_which_somebody_joined_holds_whatever_the_way():
    lesson = make_ended_lesson()
    for _ in range(5):
        make_student(lesson, choice="no_camera")
    assert len(class_summary(lesson, MONDAY).self_reports) == 45
    for choice in ("no_camera", "class_mood"):
        other = make_ended_lesson(classroom=lesson.classroom)
        for _ in range(4):
            make_student(other, choice="no_camera")
        last = make_participant(lesson=other)
        make_consent(lesson=other, participant=last, choice=choice, minimum_group_size=6)
        make_stay(other, last)
        assert class_summary(other, MONDAY).self_reports == (), choice


# --- all of it ---


@pytest.mark.django_db
def test_a_class_summary_holds_the_lesson_and_names_nobody():
    lesson = make_ended_lesson()
    student = make_student(lesson, display_name="Ingeborg")
    for _ in range(5):
        make_student(lesson, choice="no_camera")
    make_pause(lesson, minutes=(10, 12))
    make_mood(lesson, minutes=(0, 15), engagement=0.9, level="half")
    make_marker(lesson, minute=5, label="New topic")
    make_self_report(lesson, student, minute=6)
    summary = class_summary(lesson, MONDAY)
    assert (summary.lesson_s, summary.taught_s, summary.joined) == (2700, 2580, 6)
    assert [(one.label, one.at_s) for one in summary.moments] == [("New topic", 300)]
    assert sum(step.counts.lost for step in summary.self_reports) == 1
    assert {(step.level, step.engagement) for step in summary.mood} == {(HALF, 0.9)}
    assert summary.policy is not None and summary.policy.signals == ("attention", "expression", "presence")
    assert "Ingeborg" not in str(summary.to_dict())


@pytest.mark.django_db
def test_what_was_told_in_a_pause_is_no_evidence():
    lesson = make_ended_lesson()
    make_pause(lesson, minutes=(10, 12))
    make_mood(lesson, minutes=(9, 13))
    assert len(class_summary(lesson, MONDAY).mood) == 12


@pytest.mark.django_db
def test_without_a_policy_the_summary_says_so_and_nothing_else():
    teacher = make_teacher(school=make_school(preset=None))
    lesson = make_ended_lesson(classroom=make_classroom(teacher=teacher))
    make_mood(lesson, minutes=(0, 45))
    summary = class_summary(lesson, MONDAY)
    assert summary.policy is None
    assert not any(step.says_anything for step in summary.mood)


@pytest.mark.django_db
def test_figures_of_fewer_than_the_smallest_group_of_today_are_left_out():
    lesson = make_ended_lesson()
    make_mood(lesson, minutes=(0, 10), counted=6)
    make_mood(lesson, minutes=(10, 20), counted=5)
    Policy.objects.update(minimum_group_size=6)
    lesson.classroom.school.refresh_from_db()
    shared = [step for step in class_summary(lesson, MONDAY).mood if step.shared]
    assert {step.shared.counted for step in shared} == {6}


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_class(django_assert_num_queries):
    small, large = make_ended_lesson(), make_ended_lesson()
    for lesson, students in ((small, 2), (large, 12)):
        for _ in range(students):
            make_self_report(lesson, make_student(lesson), minute=3)
    for lesson in (small, large):
        with django_assert_num_queries(7):
            class_summary(lesson, MONDAY)


# --- the policy of today ---

TOLD = tuple(
    replace(step, level=MOST, expressions=(Strength.SOME,) * 7) for step in a_mood(*[0.9] * 30, *[0.4] * 30)
)
STORED = shown_under(
    a_summary(
        policy=FULL,
        mood=TOLD,
        moments=(marked(300, "x", [(290, 1, "lost")], [240]),),
        self_reports=self_report_steps([(290, 1, "lost")], {240: 7}),
    ),
    FULL,
)


def test_the_same_policy_changes_nothing():
    assert shown_under(STORED, FULL) == STORED
    assert STORED.best and STORED.moments[0].change == pytest.approx(-0.5)
    assert STORED.moments[0].before.self_reports.lost == 1


def under(**fields):
    return shown_under(STORED, replace(FULL, **fields))


def test_a_policy_without_expression_shows_none_that_was_stored():
    found = under(preset="attention", signals=("attention", "presence"))
    assert not any(step.expressions or step.expression_shares for step in found.mood)
    assert all(side.expression_shares is None for side in (found.moments[0].before, found.moments[0].after))
    assert all(step.level for step in found.mood) and found.policy.preset == "attention"
    assert not any(step.engagement for step in found.mood), "a lively expression raised it"
    assert not found.allows(Signal.EXPRESSION)


def test_a_policy_without_attention_shows_no_level_and_no_engagement():
    found = under(preset="presence", signals=("expression", "presence"))
    assert not any(step.level or step.engagement or step.shared.levels for step in found.mood)
    assert (found.best, found.hardest, found.moments[0].change) == (None, None, None)
    assert found.moments[0].before.expression_shares is not None


def test_a_policy_of_presence_or_of_nothing_shows_nothing_of_the_class():
    for signals in (("presence",), ()):
        found = under(signals=signals)
        assert not any(step.says_anything for step in found.mood)
        assert found.self_reports == STORED.self_reports


@pytest.mark.parametrize("fields", [{"allows_self_report": False}, {"minimum_group_size": 8}])
def test_what_was_said_is_told_under_the_rule_of_today(fields):
    found = under(**fields)
    assert (found.self_reports, found.moments[0].before.self_reports) == ((), None)


def test_a_larger_group_of_today_hides_the_figures_of_fewer():
    assert not any(step.shared for step in under(minimum_group_size=11).mood)
    assert all(step.shared for step in under(minimum_group_size=10).mood)


def test_a_wider_policy_of_today_adds_nothing():
    narrow = under(preset="presence", signals=("presence",))
    assert shown_under(narrow, FULL) == narrow


def test_no_policy_today_shows_nothing():
    found = shown_under(STORED, None)
    assert (found.policy, found.self_reports, found.best) == (None, (), None)
    assert not any(step.says_anything for step in found.mood)


@pytest.mark.django_db
def test_the_policy_of_today_is_the_schools_and_in_a_demonstration_everything():
    lesson = make_ended_lesson(classroom=make_classroom(school=make_school(preset="presence")))
    assert policies_today([lesson])[lesson.id].signals == ("presence",)
    lesson.is_simulation = True
    assert policies_today([lesson])[lesson.id].signals == ("attention", "expression", "presence")


@pytest.mark.django_db
@pytest.mark.parametrize("counted", ["accounts", "known"])
def test_no_merge_makes_anybody_count_who_did_not_in_the_lesson(counted):
    """Else false guests, merged into the places of those who were away, tell what the one student tapped."""
    lesson = make_ended_lesson()
    school, day = lesson.classroom.school, timedelta(days=1)
    Policy.objects.update(counted=counted)
    student = make_student(lesson, choice="no_camera", user=make_user(school=school))
    make_self_report(lesson, student, minute=8.5)
    guests = [make_student(lesson, choice="no_camera") for _ in range(4)]
    later = make_lesson(classroom=lesson.classroom, started_at=lesson.started_at + day, minutes=45)
    assert class_summary(read_again(lesson), MONDAY).self_reports == ()
    for guest in guests:
        account = {"user": make_user(school=school)} if counted == "accounts" else {}
        away = make_student(later, choice="no_camera", **account)
        Participant.objects.filter(id=away.id).update(created_at=lesson.started_at - 9 * day)
        teacher = lesson.classroom.teacher
        services.merge_participants(
            one_id=guest.id, other_id=away.id, name_of=away.id, by=teacher, now=MONDAY
        )
    assert class_summary(read_again(lesson), MONDAY).self_reports == ()


@pytest.mark.django_db
def test_nothing_done_to_a_place_later_takes_who_counted_out_of_a_lesson():
    lesson = make_ended_lesson()
    Policy.objects.update(counted="accounts")
    students = [
        make_student(lesson, choice="no_camera", user=make_user(school=lesson.classroom.school))
        for _ in range(5)
    ]
    make_self_report(lesson, students[0], minute=8.5)
    before = class_summary(read_again(lesson), MONDAY).self_reports
    assert before
    User.objects.filter(participations__in=students).update(role="teacher")
    assert class_summary(read_again(lesson), MONDAY).self_reports == before


def read_again(lesson):
    return Lesson.objects.select_related("classroom__school__policy").get(id=lesson.id)


@pytest.mark.django_db
def test_once_one_who_agreed_to_fewer_days_is_past_them_no_tap_is_told_and_nothing_written_again():
    """Else the report written again would lack what that one tapped, and the difference would tell it."""
    lesson = make_ended_lesson()
    students = [make_student(lesson, choice="no_camera") for _ in range(6)]
    for one in students[:2]:
        make_self_report(lesson, one, minute=8.5)
    Consent.objects.filter(participant=students[5]).update(retention_days=7)
    for after, told in ((timedelta(days=7), True), (timedelta(days=7, seconds=1), False)):
        now = lesson.ended_at + after
        assert bool(class_summary(lesson, now).self_reports) == told
        assert is_final(lesson, now) != told


class TapsByTime(list):
    """Where each may be looked up, and nobody reads through all of them."""

    def __iter__(self):
        raise AssertionError("all taps of the lesson were read for one key moment")


def test_a_key_moment_reads_the_taps_around_it_and_no_others():
    """A lesson may have hundreds of thousands of taps and a thousand key moments."""
    said = TapsByTime((at_s, at_s, "lost") for at_s in range(0, 4 * 3600, 10))
    one = marked(7200, "Worked example", said, range(0, 4 * 3600, 60))
    assert (one.before.self_reports, one.after.self_reports) == (SelfReportCounts(lost=12),) * 2
