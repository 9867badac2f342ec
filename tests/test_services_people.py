"""What a school allows, what a person decides on a flag, and who gets into a classroom."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from classroom import queries, services
from classroom.errors import (
    FlagAlreadyReviewed,
    ReasonMissing,
    TooManyGuesses,
)
from classroom.models import (
    Policy,
)
from classroom.services.guesses import Guesser
from emotion.values import Signal
from tests.factories import (
    LAWFUL,
    MONDAY,
    make_classroom,
    make_consent,
    make_flag,
    make_lesson,
    make_participant,
    make_school,
    make_user,
)

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("preset", "signals"),
    [
        ("self_report", set()),
        ("presence", {Signal.PRESENCE}),
        ("attention", {Signal.PRESENCE, Signal.ATTENTION}),
        ("full", set(Signal)),
        ("demo", set(Signal)),
    ],
)
def test_a_preset_decides_what_is_computed(preset, signals):
    school = make_school(preset=None)
    policy = services.choose_policy(school=school, preset=preset, readers="server", now=NOW, **LAWFUL)
    assert policy.signals == signals
    lesson = make_lesson(classroom=make_classroom(school=policy.school))
    consent = make_consent(lesson=lesson, participant=make_participant(lesson=lesson))
    assert queries.allowed_signals(lesson.id, [consent.id], MONDAY) == {consent.id: signals}


def test_choosing_again_replaces_the_choice():
    school = make_school(preset="full")
    services.choose_policy(school=school, preset="presence", now=NOW, minimum_group_size=8)
    assert (Policy.objects.get().preset, Policy.objects.get().minimum_group_size) == ("presence", 8)


def test_without_a_policy_nothing_may_be_computed():
    lesson = make_lesson(classroom=make_classroom(school=make_school(preset=None)))
    consent = make_consent(lesson=lesson, participant=make_participant(lesson=lesson), signals=list(Signal))
    assert queries.allowed_signals(lesson.id, [consent.id], MONDAY) == {consent.id: frozenset()}


@pytest.mark.parametrize("ended", ["no consent", "ended"])
def test_without_an_active_consent_nothing_may_be_computed(ended):
    lesson = make_lesson()
    consent = make_consent(lesson=lesson, participant=make_participant(lesson=lesson), ended_at=NOW)
    asked = [consent.id] if ended == "ended" else [consent.id + 1]
    assert queries.allowed_signals(lesson.id, asked, MONDAY) == {}


@pytest.mark.parametrize("fields", [{"minimum_group_size": 2}, {"retention_days": 0}])
def test_the_database_refuses_a_policy_that_protects_nobody(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        services.choose_policy(school=make_school(preset=None), preset="full", now=NOW, **fields)


def review(flag, state="confirmed", reason="We talked."):
    reviewer = flag.lesson.classroom.teacher
    return services.review_flag(flag_id=flag.id, state=state, reason=reason, reviewer=reviewer, now=NOW)


@pytest.mark.parametrize("state", ["confirmed", "dismissed"])
def test_a_flag_is_reviewed_once_with_a_reason(state):
    lesson = make_lesson(minutes=45)
    flag = make_flag(lesson=lesson, participant=make_participant(lesson=lesson))
    with pytest.raises(ReasonMissing):
        review(flag, state, "  ")
    reviewed = review(flag, state)
    assert (reviewed.state, reviewed.reason, reviewed.reviewed_at) == (state, "We talked.", NOW)
    with pytest.raises(FlagAlreadyReviewed):
        review(flag, "dismissed")


def test_wrong_codes_are_limited_to_ten_a_minute_and_thirty_an_hour_for_each_browser():
    browser, other = (Guesser(name, is_known=False, address="192.0.2.1") for name in ("one", "other"))
    for minute in range(3):
        for _ in range(10):
            services.check_guess(browser, now=NOW + timedelta(minutes=minute))
        with pytest.raises(TooManyGuesses):
            services.check_guess(browser, now=NOW + timedelta(minutes=minute))
    with pytest.raises(TooManyGuesses):
        services.check_guess(browser, now=NOW + timedelta(minutes=3))
    services.check_guess(other, now=NOW)
    services.check_guess(browser, now=NOW + timedelta(hours=1))


def test_wrong_codes_are_limited_to_300_an_hour_for_each_address_of_strange_and_of_known_browsers():
    def guess(number, *, address="192.0.2.1", is_known=False, now=NOW):
        services.check_guess(Guesser(f"browser-{number}", is_known=is_known, address=address), now=now)

    for number in range(300):
        guess(number)
    with pytest.raises(TooManyGuesses):
        guess(300)
    for number in range(300):
        guess(number, is_known=True, now=NOW + timedelta(minutes=1))
    with pytest.raises(TooManyGuesses):
        guess(300, is_known=True)
    guess(300, address="192.0.2.2")
    guess(300, now=NOW + timedelta(hours=1))


def test_an_account_has_one_place_in_a_classroom_and_guests_have_one_each():
    classroom, user = make_classroom(), make_user()
    join = partial(services.join_classroom, now=NOW)
    assert join(classroom=classroom, display_name="A", user=user) == join(
        classroom=classroom, display_name="B", user=user
    )
    assert join(classroom=classroom, display_name="A") != join(classroom=classroom, display_name="A")


@pytest.mark.parametrize("typed", ["{code}", " {code} ", "{lower}", "{first} - {last}"])
def test_a_code_is_found_however_it_is_typed(typed):
    classroom = make_classroom()
    code = classroom.join_code
    text = typed.format(code=code, lower=code.lower(), first=code[:3], last=code[3:])
    assert services.find_classroom(code=text) == classroom
    assert services.find_classroom(code="I0O1") is None
