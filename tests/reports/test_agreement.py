"""How often people agree: what is counted, from when it is told, and that nobody is singled out."""

from datetime import timedelta

import pytest
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from classroom import services
from classroom.disclosure import is_of_many
from classroom.models import Consent, Flag, Policy, PulseAnswer, PulseCheck, RollupBin
from emotion.judgement.engagement import Level
from reports.agreement import answers, decisions, tally
from tests.factories import MONDAY, make_admin, make_flag, make_lesson, make_participant, make_teacher

OPTIONS = ("yes", "no")
SAD, DISENGAGED = Flag.Kind.PERSISTENTLY_SAD, Flag.Kind.PERSISTENTLY_DISENGAGED


def given_by(people, each, what="yes"):
    return [(who, what) for who in range(people) for _ in range(each)]


def test_below_two_hundred_answers_nothing_is_known():
    assert tally(given_by(10, 20)[:-1], OPTIONS, 5) is None
    assert tally(given_by(10, 20), OPTIONS, 5) is not None


def test_of_few_people_or_mostly_of_one_nothing_is_known():
    assert tally(given_by(4, 60), OPTIONS, 5) is None
    one_of_many = [*given_by(5, 20), *((9, "yes") for _ in range(150))]
    assert tally(one_of_many, OPTIONS, 5) is None
    assert tally(one_of_many[:-50], OPTIONS, 5) is not None


def test_a_share_stands_within_its_interval_and_the_count_in_steps():
    found = tally([*given_by(10, 20), *given_by(10, 4, "no"), *given_by(10, 1)], OPTIONS, 5)
    assert found.count == 250
    yes, no = found.shares
    assert yes.share == pytest.approx(210 / 250)
    assert (yes.low, yes.high) == pytest.approx((0.789, 0.880), abs=0.001)
    assert no.share == pytest.approx(40 / 250)


@given(st.integers(200, 320), st.sampled_from(OPTIONS), st.integers(0, 9))
def test_nothing_of_a_figure_tells_what_one_more_answer_was(answers, what, who):
    """Whoever looks before and after it: all is as before, or a whole step was added."""
    before = [(number % 10, OPTIONS[number % 3 > 0]) for number in range(answers)]
    was, now = (tally(one, OPTIONS, 5) for one in (before, [*before, (who, what)]))
    assert now == was or now.count == was.count + 50


@given(st.lists(st.integers(1, 50), max_size=12), st.integers(3, 50))
def test_a_figure_of_many_is_never_mostly_of_one(by_person, minimum):
    if is_of_many(by_person, minimum):
        assert len(by_person) >= minimum
        assert max(by_person) <= sum(by_person) - max(by_person)


pytestmark = pytest.mark.django_db


def decided(school, *, kind=SAD, confirmed=0, dismissed=0, reviewers=6, **lesson):
    """So many drafts, each of another student, decided by these in turn."""
    by = [make_teacher(school=school) for _ in range(reviewers)]
    classroom = make_lesson(**lesson).classroom
    classroom.school = school
    classroom.save()
    held = make_lesson(classroom=classroom, started_at=MONDAY + timedelta(days=1), minutes=45, **lesson)
    for number in range(confirmed + dismissed):
        make_flag(
            lesson=held,
            participant=make_participant(classroom=classroom),
            kind=kind,
            state="confirmed" if number < confirmed else "dismissed",
            reviewed_by=by[number % reviewers],
        )
    return held


def of_kind(school, kind=SAD):
    return next(one for one in decisions(school, school.policy) if one.kind == kind)


def test_decisions_are_counted_by_kind_of_flag():
    school = make_admin().school
    held = decided(school, confirmed=150, dismissed=60)
    for _ in range(70):
        make_flag(lesson=held, participant=make_participant(classroom=held.classroom), state="expired")
    found = of_kind(school)
    assert found.decided.count == 200
    assert found.decided.shares[0].share == pytest.approx(150 / 200)
    assert found.expired == 50
    assert of_kind(school, DISENGAGED).decided is None


@pytest.mark.parametrize("reviewers", [1, 4])
def test_a_reviewer_of_a_small_school_is_not_singled_out(reviewers):
    school = make_admin().school
    decided(school, confirmed=210, reviewers=reviewers)
    assert of_kind(school).decided is None


def test_another_school_and_demonstrations_count_for_nothing():
    school = make_admin().school
    decided(make_admin().school, confirmed=210)
    decided(school, confirmed=210, is_simulation=True)
    assert of_kind(school).decided is None


def test_a_kind_that_the_policy_draws_no_more_is_left_out():
    school = make_admin().school
    Policy.objects.filter(school=school).update(allows_expression=False)
    school.policy.refresh_from_db()
    assert [one.kind for one in decisions(school, school.policy)] == [DISENGAGED]


def asked(school, *, students=10, checks=21, level="engaged", kind="yes", choice="own_results"):
    """Each student of a lesson had this level and answered each of the checks so."""
    teacher = make_teacher(school=school)
    lesson = make_lesson(minutes=90)
    lesson.classroom.school, lesson.classroom.teacher = school, teacher
    lesson.classroom.save()
    members = [make_participant(lesson=lesson, choice=choice) for _ in range(students)]
    for number in range(checks):
        at = lesson.started_at + timedelta(minutes=2 + number)
        until = at + timedelta(seconds=30)
        pulse = PulseCheck.objects.create(lesson=lesson, at=at, closes_at=until, closed_at=until)
        for one in members:
            own = {"lesson": lesson, "participant": one}
            RollupBin.objects.create(
                **own,
                school=school,
                starts_at=at - timedelta(seconds=20),
                readings=10,
                faces=10,
                **{level: 10},
            )
            PulseAnswer.objects.create(**own, pulse=pulse, at=at + timedelta(seconds=5), kind=kind)
    return lesson


def of_level(school, level=Level.ENGAGED):
    return next(one for one in answers(school, school.policy) if one.level is level).answers


def test_answers_are_counted_by_the_level_just_before():
    school = make_admin().school
    asked(school)
    asked(school, level="away", kind="no")
    assert of_level(school).shares[0].share == 1
    assert of_level(school, Level.AWAY).shares[2].share == 1
    assert of_level(school, Level.DRIFTING) is None


def test_a_level_of_another_moment_says_nothing_of_the_answer():
    school = make_admin().school
    asked(school)
    RollupBin.objects.update(starts_at=F("starts_at") + timedelta(seconds=20))
    assert of_level(school) is None


@pytest.mark.parametrize(
    "change",
    [
        {"choice": Consent.Choice.CLASS_MOOD},
        {"signals": ["presence"]},
        {"ended_at": MONDAY},
        {"given_at": MONDAY + timedelta(hours=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_only_what_is_shared_counts(change):
    school = make_admin().school
    asked(school)
    assert of_level(school) is not None
    Consent.objects.update(**change)
    assert of_level(school) is None


@pytest.mark.parametrize("goes", ["withdraws", "is erased", "is removed"])
def test_who_goes_takes_the_answers_along(goes, monkeypatch):
    monkeypatch.setattr("classroom.services.reports.send_report_task", lambda lesson_id: None)
    school = make_admin().school
    lesson = asked(school)
    who, now = lesson.consents.first().participant_id, lesson.ended_at
    assert of_level(school) is not None
    if goes == "withdraws":
        services.withdraw_consent(lesson_id=lesson.id, participant_id=who, now=now)
    elif goes == "is erased":
        services.erase_own_place(participant_id=who, now=now)
    else:
        services.remove_place(participant_id=who, by=lesson.classroom.teacher, now=now)
    assert of_level(school) is None


def test_where_no_level_is_read_or_nobody_may_answer_nothing_is_compared():
    school = make_admin().school
    asked(school, checks=1)
    for field in ("allows_attention", "allows_self_report"):
        policy = Policy.objects.get(school=school)
        setattr(policy, field, False)
        assert answers(school, policy) == []


def test_the_page_says_what_is_not_yet_known_and_names_no_count_of_it(client):
    admin = make_admin()
    decided(admin.school, confirmed=37)
    client.force_login(admin)
    page = " ".join(client.get("/agreement/").content.decode().split())
    assert page.count("Not yet known") == 5
    assert "37" not in page
    decided(admin.school, confirmed=120, dismissed=93)
    page = " ".join(client.get("/agreement/").content.decode().split())
    assert page.count("Not yet known") == 4
    assert "63% (57% to 69%)" in page


def test_without_flags_and_levels_the_page_says_so(client):
    admin = make_admin()
    Policy.objects.filter(school=admin.school).update(allows_attention=False, allows_expression=False)
    client.force_login(admin)
    page = client.get("/agreement/").content.decode()
    assert "no flags are drafted" in page
    assert "no levels are read" in page
