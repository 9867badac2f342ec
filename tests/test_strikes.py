"""Minutes that a student takes out: what is left is all that is judged and told."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from classroom import access, services
from classroom.errors import FlagNotConfirmed, LessonStillOpen, NothingToStrike, StretchMissing
from classroom.models import Consent, Flag, Lesson, Reading, RollupBin, Strike
from emotion.labels import Emotion
from reports.build import build_report
from reports.roster import individuals
from tests.factories import make_flag, make_lesson, make_participant, make_teacher
from tests.reports.class_of import make_taught_class
from tests.reports.scenes import make_bins

pytestmark = pytest.mark.django_db


@pytest.fixture
def taught():
    found = make_taught_class(started_at=timezone.now() - timedelta(hours=3), report_state="ready")
    write(found.lesson)
    return found


def write(lesson):
    build_report(lesson_id=lesson.id, now=timezone.now(), progress=lambda percent: None)
    Lesson.objects.filter(id=lesson.id).update(report_state="ready")


def strike(taught, who, first, last, reason="I was taking notes."):
    return services.strike_minutes(
        lesson_id=taught.lesson.id,
        participant_id=who.id,
        first=first,
        last=last,
        reason=reason,
        now=timezone.now(),
    )


def minutes_of(who, lesson):
    return {int(lesson.seconds_at(one.starts_at) // 60) for one in RollupBin.objects.filter(participant=who)}


def student(who):
    client = Client()
    name, value = access.guest_cookie(who)
    client.cookies[name] = value
    return client


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def reviewed(taught):
    client = Client()
    client.force_login(taught.lesson.classroom.teacher)
    return text_of(client.get(f"/lessons/{taught.lesson.id}/report/?individuals=1"))


def test_what_was_measured_in_them_is_deleted_and_nothing_else(taught):
    others = RollupBin.objects.exclude(participant=taught.disengaged).count()
    strike(taught, taught.disengaged, 8, 20)
    assert minutes_of(taught.disengaged, taught.lesson) == {*range(1, 8), *range(22, 43)}
    assert RollupBin.objects.exclude(participant=taught.disengaged).count() == others


def test_the_report_is_written_again_without_them(taught):
    before = individuals(taught.lesson, 2580)[taught.disengaged.id].coverage
    strike(taught, taught.disengaged, 8, 20)
    taught.lesson.refresh_from_db()
    assert taught.lesson.report_state == "pending" and not hasattr(taught.lesson, "report")
    write(taught.lesson)
    assert individuals(taught.lesson, 2580)[taught.disengaged.id].coverage < before


def test_a_draft_that_rested_on_them_goes(taught):
    assert taught.lesson.flags.filter(participant=taught.disengaged, state="draft").exists()
    strike(taught, taught.disengaged, 8, 43)
    write(taught.lesson)
    assert not taught.lesson.flags.filter(participant=taught.disengaged).exists()
    assert taught.lesson.flags.filter(participant=taught.sad).exists()


def test_a_decision_stands_and_whoever_made_it_reads_of_the_strike(taught):
    flag = taught.lesson.flags.get(participant=taught.disengaged)
    services.review_flag(
        flag_id=flag.id, state="confirmed", reason="Seen too.", reviewer=make_teacher(), now=timezone.now()
    )
    strike(taught, taught.disengaged, 8, 43, "A <b>broken</b> chair.")
    write(taught.lesson)
    flag.refresh_from_db()
    assert (flag.state, flag.reason) == ("confirmed", "Seen too.")
    page = reviewed(taught)
    assert "The student took out minute 8 to 43: “A &lt;b&gt;broken&lt;/b&gt; chair.”" in page
    assert "Minutes were struck after this decision" in page


def test_exact_figures_of_the_class_are_told_again_without_them(taught):
    before = dict(taught.lesson.mood_points.values_list("at", "shared__counted"))
    strike(taught, taught.sad, 1, 20)
    after = dict(taught.lesson.mood_points.values_list("at", "shared__counted"))
    assert before.keys() == after.keys() and before != after


@pytest.mark.parametrize(
    ("first", "last", "reason"), [(8, 8, "x"), (9, 8, "x"), (-1, 8, "x"), (1, 8, "  "), (1, 8, "")]
)
def test_a_stretch_needs_two_ends_and_a_reason(taught, first, last, reason):
    with pytest.raises(StretchMissing):
        strike(taught, taught.disengaged, first, last, reason)
    assert not Strike.objects.exists()


@pytest.mark.parametrize("who", ["declined", "class_only"])
def test_who_shows_no_results_has_none_to_strike(taught, who):
    with pytest.raises(NothingToStrike):
        strike(taught, getattr(taught, who), 0, 45)
    assert "Take minutes out" not in text_of(student(getattr(taught, who)).get(own_page(taught)))


def test_a_student_reads_from_when_the_minutes_count_and_how_many_there_were(taught):
    page = text_of(student(taught.disengaged).get(own_page(taught)))
    began = page.split("Minutes count from the start of the lesson, ")[1]
    assert began.startswith(f'<time datetime="{taught.lesson.started_at:%Y-%m-%dT%H:%M}')
    assert "It lasted 45 minutes." in began


def own_page(taught):
    return f"/lessons/{taught.lesson.id}/me/data/"


@pytest.mark.parametrize(("first", "last"), [(20, 22), (46, 60), (900, 1440)])
def test_minutes_without_a_measurement_cannot_be_struck(taught, first, last):
    with pytest.raises(NothingToStrike):
        strike(taught, taught.disengaged, first, last)
    taught.lesson.refresh_from_db()
    assert taught.lesson.report_state == "ready", "the report is not taken away for nothing"


def test_a_lesson_that_goes_on_is_not_struck_yet():
    lesson = make_lesson()
    who = make_participant(lesson=lesson, choice="own_results")
    make_bins(lesson, who, minutes=(0, 5), expression=Emotion.NEUTRAL)
    with pytest.raises(LessonStillOpen):
        services.strike_minutes(
            lesson_id=lesson.id, participant_id=who.id, first=0, last=5, reason="x", now=timezone.now()
        )


def test_what_came_with_a_place_is_not_theirs_to_strike(taught):
    Consent.objects.filter(participant=taught.disengaged).update(moved_at=timezone.now())
    with pytest.raises(NothingToStrike):
        strike(taught, taught.disengaged, 8, 20)


def test_a_withdrawal_takes_the_strikes_along(taught):
    strike(taught, taught.disengaged, 8, 20)
    services.withdraw_consent(
        lesson_id=taught.lesson.id, participant_id=taught.disengaged.id, now=timezone.now()
    )
    assert not Strike.objects.exists()


def test_readings_go_with_the_sums(taught):
    lesson, who = taught.lesson, taught.disengaged
    for minute in (7, 8, 19, 20):
        Reading.objects.create(
            lesson=lesson,
            participant=who,
            taken_at=lesson.started_at + timedelta(minutes=minute),
            school=lesson.classroom.school,
            consent=who.consents.get(),
            faces=1,
            level="away",
            was_folded=True,
        )
    strike(taught, who, 8, 20)
    left = Reading.objects.filter(participant=who)
    assert [int(lesson.seconds_at(one.taken_at) // 60) for one in left] == [7, 20]


# --- on the page -------------------------------------------------------------------------------------------


def test_a_student_strikes_on_the_page_of_the_own_data(taught):
    sent = {"first": "8", "last": "20", "reason": "I was taking notes."}
    answer = student(taught.disengaged).post(f"/lessons/{taught.lesson.id}/me/strike/", sent, follow=True)
    page = text_of(answer)
    assert "These minutes are deleted." in page and "I was taking notes." in page
    assert Strike.objects.get().participant == taught.disengaged


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Give a first and a last minute"),
        ({"first": "8", "last": "20"}, "say in a few words why"),
        ({"first": "20", "last": "8", "reason": "x"}, "Give a first and a last minute"),
        ({"first": "x", "last": "20", "reason": "x"}, "Give a first and a last minute"),
        ({"first": "8", "last": "20", "reason": "x" * 201}, "at most 200 characters"),
        ({"first": "8", "last": "99999999", "reason": "x"}, "less than or equal to 1440"),
        ({"first": "20", "last": "22", "reason": "x"}, "Nothing that was measured"),
    ],
)
def test_what_cannot_be_struck_is_said_and_nothing_is_deleted(taught, sent, said):
    answer = student(taught.disengaged).post(f"/lessons/{taught.lesson.id}/me/strike/", sent, follow=True)
    assert said in text_of(answer)
    assert not Strike.objects.exists()


def confirm(flag, follow_up="Shall we talk on Monday?"):
    services.review_flag(
        flag_id=flag.id,
        state="confirmed",
        reason="Seen too.",
        follow_up=follow_up,
        reviewer=make_teacher(),
        now=timezone.now(),
    )


def test_a_confirmed_flag_is_shown_to_its_student_who_answers(taught):
    flag = taught.lesson.flags.get(participant=taught.disengaged)
    assert "minutes of evidence" not in text_of(student(taught.disengaged).get(own_page(taught)))
    confirm(flag)
    page = text_of(student(taught.disengaged).get(own_page(taught)))
    assert "Shall we talk on Monday?" in page and "minutes of evidence" in page
    assert "drifting, or looking down or away, much of the time: confirmed" in page
    assert "Seen too." not in page
    url = f"/lessons/{taught.lesson.id}/me/flags/{flag.id}/answer/"
    student(taught.disengaged).post(url, {"answer": "I was drawing <it>."})
    assert "I was drawing &lt;it&gt;." in reviewed(taught)


@pytest.mark.parametrize("whose", ["draft", "dismissed", "another"])
def test_only_a_confirmed_flag_of_the_own_is_answered(taught, whose):
    flag = taught.lesson.flags.get(participant=taught.disengaged)
    if whose == "another":
        flag = make_flag(lesson=taught.lesson, participant=taught.absent, state="confirmed")
    elif whose == "dismissed":
        services.review_flag(
            flag_id=flag.id, state="dismissed", reason="No.", reviewer=make_teacher(), now=timezone.now()
        )
    with pytest.raises(FlagNotConfirmed):
        services.answer_flag(
            lesson_id=taught.lesson.id, participant_id=taught.disengaged.id, flag_id=flag.id, answer="Mine."
        )
    assert not Flag.objects.exclude(answer="").exists()


def test_a_decision_that_is_corrected_takes_note_and_answer_along(taught):
    flag = taught.lesson.flags.get(participant=taught.disengaged)
    confirm(flag)
    flag.refresh_from_db()
    services.answer_flag(
        lesson_id=taught.lesson.id, participant_id=taught.disengaged.id, flag_id=flag.id, answer="No."
    )
    services.review_flag(
        flag_id=flag.id,
        state="dismissed",
        reason="Right.",
        follow_up="Forget it.",
        reviewer=make_teacher(),
        now=timezone.now(),
        corrects=flag.reviewed_at,
    )
    flag.refresh_from_db()
    assert (flag.follow_up, flag.answer) == ("", "")
