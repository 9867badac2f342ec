"""What a student said beside what was measured: where it is told, and what it keeps from being drafted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from classroom import services
from classroom.errors import FlagAlreadyReviewed
from classroom.models import Consent, Flag, Lesson, Policy, SelfReport
from reports.build import build_report
from reports.taps import own_taps
from tests.factories import make_teacher
from tests.reports.class_of import make_taught_class
from tests.reports.scenes import make_self_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def taught():
    found = make_taught_class(started_at=timezone.now() - timedelta(hours=3), report_state="ready")
    SelfReport.objects.all().delete()
    return found


def write(lesson):
    build_report(lesson_id=lesson.id, now=timezone.now(), progress=lambda percent: None)
    Lesson.objects.filter(id=lesson.id).update(report_state="ready")


def says(taught, who, *minutes, kind="following"):
    for minute in minutes:
        make_self_report(taught.lesson, who, minute=minute, kind=kind)


def states(taught):
    return {flag.participant: flag.state for flag in taught.lesson.flags.all()}


def page(client, taught, rest="?individuals=1"):
    client.force_login(taught.lesson.classroom.teacher)
    answer = client.get(f"/lessons/{taught.lesson.id}/report/{rest}")
    return " ".join(answer.content.decode().split())


THROUGH = (8, 13, 22, 27, 32, 37)


def test_what_the_student_said_throughout_keeps_a_flag_from_being_drafted(client, taught):
    says(taught, taught.disengaged, *THROUGH)
    write(taught.lesson)
    assert states(taught) == {taught.disengaged: "suppressed", taught.sad: "draft"}
    shown = page(client, taught)
    assert "Signals disagree, so no flag was drafted" in shown
    assert "following (minute 8), following (minute 13)" in shown
    assert shown.count('"flag flag-open') == 1 and shown.count("1 draft of a flag<") == 1


def test_sadness_of_one_who_was_with_the_lesson_and_said_so_is_not_drafted(taught):
    says(taught, taught.sad, 1, 6, 11, 22, 27, 32, 37)
    write(taught.lesson)
    assert states(taught)[taught.sad] == "suppressed"


@pytest.mark.parametrize("kind", ["lost", "need_a_break"])
def test_what_agrees_with_it_stands_beside_the_draft(client, taught, kind):
    says(taught, taught.disengaged, *THROUGH, kind=kind)
    write(taught.lesson)
    assert states(taught)[taught.disengaged] == "draft"
    assert "Said in that time" in page(client, taught) and "Head and eyes in that time" in page(
        client, taught
    )


def test_who_agreed_to_older_words_has_no_tap_told_nor_used(client, taught):
    Consent.objects.filter(participant=taught.disengaged).update(version=3)
    says(taught, taught.disengaged, *THROUGH)
    write(taught.lesson)
    assert states(taught)[taught.disengaged] == "draft"
    assert "following (minute 8)" not in page(client, taught)
    assert "following (minute 8)" not in page(client, taught, f"participants/{taught.disengaged.id}/")


def test_a_student_who_agreed_has_the_taps_on_the_page(client, taught):
    says(taught, taught.disengaged, *THROUGH)
    write(taught.lesson)
    said = "Said: following (minute 8), following (minute 13)"
    assert said in page(client, taught, f"participants/{taught.disengaged.id}/")


@pytest.mark.parametrize("who", ["declined", "class_only"])
def test_nobody_elses_taps_are_told(taught, who):
    says(taught, getattr(taught, who), 5, 10)
    assert getattr(taught, who).id not in own_taps(taught.lesson)


def test_taps_from_before_somebody_shared_are_not_told(taught):
    says(taught, taught.sad, 5, 10)
    Consent.objects.filter(participant=taught.sad).update(
        given_at=taught.lesson.started_at + timedelta(minutes=7)
    )
    assert [tap.at for tap in own_taps(taught.lesson)[taught.sad.id]] == [
        taught.lesson.started_at + timedelta(minutes=10)
    ]


def test_a_policy_without_taps_tells_and_uses_none(taught):
    says(taught, taught.disengaged, *THROUGH)
    Policy.objects.update(allows_self_report=False)
    write(taught.lesson)
    assert (
        own_taps(Lesson.objects.get(id=taught.lesson.id)) == {}
        and states(taught)[taught.disengaged] == "draft"
    )


def test_there_is_nothing_to_decide_about_a_flag_that_was_not_drafted(taught):
    says(taught, taught.disengaged, *THROUGH)
    write(taught.lesson)
    with pytest.raises(FlagAlreadyReviewed):
        services.review_flag(
            flag_id=Flag.objects.get(state="suppressed").id,
            state="confirmed",
            reason="x",
            reviewer=make_teacher(),
            now=timezone.now(),
        )


def test_a_draft_comes_back_once_the_taps_are_gone(taught):
    says(taught, taught.disengaged, *THROUGH)
    write(taught.lesson)
    SelfReport.objects.all().delete()
    write(taught.lesson)
    assert states(taught)[taught.disengaged] == "draft"
