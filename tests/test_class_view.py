"""The class as its teacher sees it: what is counted, what is withheld, and at what cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from classroom import queries, services
from classroom.models import Attendance, Hint, MoodGroup, MoodPoint, Policy, SelfReport
from classroom.services.readings import Measurement
from emotion.labels import EMOTIONS, Emotion
from tests.analyses import NO_FACE, attentive, turned_away
from tests.factories import MONDAY, make_classroom, make_lesson, make_participant, make_school

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)


def lesson_of(*, preset="full", minimum_group_size=5):
    school = make_school(preset=preset, minimum_group_size=minimum_group_size)
    return make_lesson(classroom=make_classroom(school=school))


def connect(lesson, participant, *, seen_at=NOW, left_at=None):
    Attendance.objects.create(
        lesson=lesson, participant=participant, joined_at=MONDAY, last_seen_at=seen_at, left_at=left_at
    )


def seated(lesson, choice, analysis=None, *, seconds_ago=2, name=None):
    """A connected participant; with `analysis`, one of whom that was measured four times, newest last."""
    named = {"display_name": name} if name else {}
    participant = make_participant(lesson=lesson, choice=choice, **named)
    connect(lesson, participant)
    if analysis is not None:
        consent = participant.consents.get()
        taken = [NOW - timedelta(seconds=seconds_ago + before) for before in (3, 2, 1, 0)]
        measurements = [Measurement(participant.id, consent.id, at, analysis) for at in taken]
        services.record_readings(lesson_id=lesson.id, measurements=measurements)
    return participant


def count_group(lesson, participants):
    ids = [one.id for one in participants]
    MoodGroup.objects.create(lesson=lesson, counted=ids, last_counted=ids)


def view(lesson):
    return queries.class_view(lesson, NOW)


# --- what is counted -------------------------------------------------------------------------------------


def test_an_empty_class_is_a_view_without_evidence():
    shown = view(lesson_of())
    assert (shown["present"], shown["counted"], shown["unknown"]) == (0, 0, 0)
    assert shown["engagement"] is shown["mood"] is shown["hidden"] is shown["newest_taken_at"] is None


def test_levels_are_counted_and_everybody_else_who_is_here_is_unknown():
    lesson = lesson_of()
    seated(lesson, "own_results", attentive())
    seated(lesson, "own_results", attentive())
    seated(lesson, "own_results", turned_away())
    seated(lesson, "own_results", NO_FACE)
    seated(lesson, "no_camera")
    shown = view(lesson)
    assert (shown["present"], shown["counted"], shown["unknown"]) == (5, 3, 2)
    assert (shown["engaged"], shown["drifting"] + shown["away"]) == (2, 1)


def test_a_reading_that_is_no_longer_fresh_counts_for_nothing():
    lesson = lesson_of()
    seated(lesson, "own_results", attentive(), seconds_ago=16)
    shown = view(lesson)
    assert (shown["counted"], shown["unknown"]) == (0, 1)
    assert shown["newest_taken_at"] == (NOW - timedelta(seconds=16)).isoformat()


def test_with_a_long_interval_readings_stay_fresh_longer():
    lesson = lesson_of()
    lesson.interval_ms = 10_000
    seated(lesson, "own_results", attentive(), seconds_ago=16)
    assert view(lesson)["counted"] == 1


def test_present_are_those_whose_socket_was_heard_of():
    lesson = lesson_of()
    connect(lesson, make_participant(lesson=lesson), seen_at=NOW - timedelta(seconds=59))
    connect(lesson, make_participant(lesson=lesson), seen_at=NOW - timedelta(seconds=61))
    connect(lesson, make_participant(lesson=lesson), left_at=NOW)
    twice = make_participant(lesson=lesson)
    connect(lesson, twice)
    connect(lesson, twice)
    assert view(lesson)["present"] == 2


# --- what is withheld ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("class_only", "grouped", "counted", "hidden"),
    [(4, 0, 0, "few"), (5, 0, 0, "group"), (5, 5, 5, None), (6, 5, 5, None)],
)
def test_class_only_participants_count_as_a_group_or_not_at_all(class_only, grouped, counted, hidden):
    lesson = lesson_of(minimum_group_size=5)
    participants = [seated(lesson, "class_mood", attentive()) for _ in range(class_only)]
    count_group(lesson, participants[:grouped])
    shown = view(lesson)
    assert (shown["counted"], shown["hidden"]) == (counted, hidden)
    assert (shown["engagement"] is None) is (counted == 0)


def test_the_mood_of_the_ten_second_grid_is_the_one_that_is_shown():
    lesson = lesson_of()
    for _ in range(5):
        seated(lesson, "own_results", attentive(Emotion.HAPPY))
    services.tick(lesson_id=lesson.id, now=NOW)
    shown = view(lesson)["mood"]
    assert shown["at"] == MoodPoint.objects.get().at.isoformat() == NOW.isoformat()
    happy = shown["expression_shares"][EMOTIONS.index(Emotion.HAPPY)]
    assert (shown["counted"], happy, shown["expression_spread"]) == (5, 0.9, 0)


@pytest.mark.parametrize(("class_only", "sharing", "shown"), [(4, 0, 0), (5, 0, 5), (4, 2, 2), (5, 2, 7)])
def test_taps_of_those_who_do_not_share_are_counted_only_in_a_group(class_only, sharing, shown):
    lesson = lesson_of(minimum_group_size=5)
    for index in range(class_only):
        tap(lesson, seated(lesson, "class_mood" if index % 2 else "no_camera"))
    for _ in range(sharing):
        tap(lesson, seated(lesson, "own_results"))
    assert view(lesson)["self_reports"] == {"following": 0, "lost": shown, "need_a_break": 0}


def test_only_the_newest_tap_counts_and_only_for_five_minutes():
    lesson = lesson_of()
    first, second, third = (seated(lesson, "own_results") for _ in range(3))
    tap(lesson, first, "lost", NOW - timedelta(minutes=2))
    tap(lesson, first, "following", NOW - timedelta(minutes=1))
    tap(lesson, second, "lost", NOW - timedelta(minutes=6))
    tap(lesson, third, "need_a_break", NOW - timedelta(minutes=1))
    services.withdraw_consent(lesson_id=lesson.id, participant_id=third.id, now=NOW)
    assert view(lesson)["self_reports"] == {"following": 1, "lost": 0, "need_a_break": 0}


def tap(lesson, participant, kind="lost", at=NOW):
    SelfReport.objects.create(lesson=lesson, participant=participant, at=at, kind=kind)


# --- tiles -----------------------------------------------------------------------------------------------


def changed_mind(lesson, name):
    participant = seated(lesson, "own_results", attentive(), name=name)
    services.give_consent(lesson_id=lesson.id, participant_id=participant.id, choice="class_mood", now=NOW)
    return participant


def withdrew(lesson, name):
    participant = seated(lesson, "own_results", attentive(), name=name)
    services.withdraw_consent(lesson_id=lesson.id, participant_id=participant.id, now=NOW)
    return participant


UNREADABLE = {
    "declined the camera": lambda lesson, name: seated(lesson, "no_camera", name=name),
    "class only": lambda lesson, name: seated(lesson, "class_mood", attentive(), name=name),
    "class only, camera off": lambda lesson, name: seated(lesson, "class_mood", name=name),
    "shares, camera off": lambda lesson, name: seated(lesson, "own_results", name=name),
    "shares, camera off since": lambda lesson, name: seated(
        lesson, "own_results", attentive(), seconds_ago=60, name=name
    ),
    "changed the mind": changed_mind,
    "withdrew": withdrew,
}


@pytest.mark.parametrize("way", UNREADABLE)
def test_without_individual_data_every_tile_looks_the_same(way):
    lesson = lesson_of()
    participant = UNREADABLE[way](lesson, "Kim")
    tap(lesson, participant)
    assert queries.tiles(lesson, NOW) == [{"id": participant.id, "name": "Kim", "kind": "no_individual_data"}]


def test_the_tile_of_who_shares_says_what_was_measured_and_on_how_much():
    lesson = lesson_of()
    participant = seated(lesson, "own_results", attentive(Emotion.HAPPY), name="Kim")
    tap(lesson, participant, "following")
    (tile,) = queries.tiles(lesson, NOW)
    assert (tile["kind"], tile["level"], tile["self_report"]) == ("measured", "engaged", "following")
    assert (tile["expression"]["label"], tile["expression"]["uncertain"]) == ("happy", False)
    assert tile["coverage"] == pytest.approx(1 / 60, abs=0.01)


def test_tiles_come_by_name_and_never_by_what_was_measured():
    lesson = lesson_of()
    for name, analysis in (("zoe", attentive()), ("Ada", None), ("kim", turned_away()), ("Bo", NO_FACE)):
        seated(lesson, "own_results", analysis, name=name)
    assert [tile["name"] for tile in queries.tiles(lesson, NOW)] == ["Ada", "Bo", "kim", "zoe"]


# --- the whole state -------------------------------------------------------------------------------------


@pytest.mark.parametrize("reveal", [False, True])
def test_names_and_remarks_about_one_student_come_only_when_asked_for(reveal):
    lesson = lesson_of()
    participant = seated(lesson, "own_results", attentive(), name="Kim")
    Hint.objects.create(lesson=lesson, at=NOW, kind="persistently_sad", participant=participant)
    Hint.objects.create(lesson=lesson, at=NOW, kind="several_lost")
    state = queries.teacher_state(lesson, NOW, reveal=reveal)
    assert ("Kim" in str(state)) is reveal
    assert [hint["kind"] for hint in state["hints"]] == (
        ["persistently_sad", "several_lost"] if reveal else ["several_lost"]
    )


def test_what_is_shown_without_names_is_the_same_for_any_names():
    """Nothing but the ids of lesson and rows may differ between two classes that behave alike."""
    states = []
    for name in ("Ada", "Zoe"):
        lesson = lesson_of()
        seated(lesson, "own_results", attentive(), name=name)
        states.append(queries.teacher_state(lesson, NOW))
    assert states[0]["view"] == states[1]["view"]


def test_without_a_policy_nothing_is_counted_or_told():
    lesson = lesson_of()
    tap(lesson, seated(lesson, "no_camera"))
    seated(lesson, "own_results", attentive())
    Policy.objects.all().delete()
    lesson.refresh_from_db()
    shown = view(lesson)
    assert (shown["counted"], shown["engagement"]) == (0, None)


@pytest.mark.parametrize(
    "read",
    [
        lambda lesson: queries.class_view(lesson, NOW),
        lambda lesson: queries.tiles(lesson, NOW),
        lambda lesson: queries.teacher_state(lesson, NOW, reveal=True),
        lambda lesson: services.tick(lesson_id=lesson.id, now=NOW),
    ],
    ids=["class view", "tiles", "teacher state", "tick"],
)
def test_the_number_of_queries_does_not_grow_with_the_class(read, monkeypatch):
    monkeypatch.setattr("classroom.events.win_tick", lambda lesson_id: True)
    counts = []
    for size in (3, 12):
        lesson = lesson_of(minimum_group_size=3)
        for index in range(size):
            choice = ("own_results", "class_mood", "no_camera")[index % 3]
            participant = seated(lesson, choice, None if choice == "no_camera" else attentive())
            tap(lesson, participant, "following")
            Hint.objects.create(lesson=lesson, at=MONDAY, kind="several_lost")
        lesson = type(lesson).objects.select_related("classroom__school__policy").get(id=lesson.id)
        with CaptureQueriesContext(connection) as captured:
            read(lesson)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 40
