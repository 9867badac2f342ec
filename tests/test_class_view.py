"""The class as its teacher sees it: what is counted, what is withheld, and at what cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from classroom import queries, services
from classroom.disclosure import GRID
from classroom.models import (
    Attendance,
    Hint,
    MoodGroup,
    MoodPoint,
    ParticipantState,
    Policy,
    SelfReport,
)
from classroom.wire import events, keys
from classroom.wire.measurement import Measurement
from classroom.wire.redis import client
from emotion.labels import EMOTIONS, Emotion
from tests.analyses import NO_FACE, attentive, turned_away
from tests.factories import MONDAY, make_classroom, make_lesson, make_participant, make_school

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)


def lesson_of(*, preset="full", minimum_group_size=5):
    school = make_school(preset=preset, minimum_group_size=minimum_group_size)
    return make_lesson(classroom=make_classroom(school=school))


# Who is connected goes on being heard of for a while.
HEARD_UNTIL = NOW + timedelta(seconds=50)


def connect(lesson, participant, *, seen_at=HEARD_UNTIL, left_at=None):
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


def count_group(lesson, participants, *, at=NOW):
    """As if these class-only members had been counted at a step of the grid just before."""
    ids = [one.id for one in participants]
    MoodGroup.objects.create(
        lesson=lesson, counted=ids, last_counted=ids, stepped_at=at - GRID, fresh_at=at - GRID
    )


def loaded(lesson):
    return type(lesson).objects.select_related("classroom__school__policy").get(id=lesson.id)


def look(lesson):
    return queries.ClassNow.load(loaded(lesson), NOW)


def view(lesson):
    return queries.class_view(look(lesson))


def step(lesson, now=NOW):
    """One step of the grid, as whoever wins the tick takes it."""
    client().delete(keys.of("tick", lesson.id))
    services.tick(lesson_id=lesson.id, now=now)
    return queries.class_view(queries.ClassNow.load(loaded(lesson), now))


# --- what is told ----------------------------------------------------------------------------------------


def test_an_empty_class_is_a_view_without_evidence():
    assert view(lesson_of()) == {
        "present": 0,
        "left": 0,
        "words": None,
        "words_at": None,
        "shared": None,
        "shared_at": None,
        "self_reports": None,
        "self_reports_of": None,
        "lacks_somebody": False,
        "mood": None,
        "behind": False,
        "signals": ["attention", "expression", "presence"],
    }


def test_those_who_share_have_exact_figures_from_the_minimum_on():
    lesson = lesson_of()
    for analysis in (attentive(), attentive(), attentive(), turned_away()):
        seated(lesson, "own_results", analysis)
    seated(lesson, "no_camera")
    assert step(lesson)["shared"] is None
    seated(lesson, "own_results", turned_away())
    shared = step(lesson, NOW + timedelta(seconds=10))["shared"]
    assert (shared["counted"], shared["engaged"], shared["drifting"] + shared["away"]) == (5, 3, 2)
    assert 0 < shared["engagement"] < 1


def test_figures_that_cannot_be_made_anew_stay_with_their_age():
    lesson = lesson_of()
    for _ in range(5):
        seated(lesson, "own_results", attentive())
    first = step(lesson)
    later = step(lesson, NOW + timedelta(minutes=2))
    assert later["shared"] == first["shared"]
    assert later["shared_at"] == NOW.isoformat()
    assert later["mood"] is None, "the line has a gap there"
    assert step(lesson, NOW + timedelta(minutes=11))["shared"] is None


def test_with_a_long_interval_readings_stay_fresh_longer():
    lesson = lesson_of()
    for _ in range(5):
        seated(lesson, "own_results", attentive(), seconds_ago=16)
    assert step(lesson)["shared"] is None
    type(lesson).objects.update(interval_ms=10_000)
    assert step(lesson, NOW + timedelta(seconds=10))["shared"]["counted"] == 5


def test_present_are_those_whose_socket_was_heard_of():
    lesson = lesson_of()
    connect(lesson, make_participant(lesson=lesson), seen_at=NOW - timedelta(seconds=9))
    connect(lesson, make_participant(lesson=lesson), seen_at=NOW - timedelta(seconds=11))
    connect(lesson, make_participant(lesson=lesson), left_at=NOW)
    twice = make_participant(lesson=lesson)
    connect(lesson, twice)
    connect(lesson, twice)
    shown = view(lesson)
    assert (shown["present"], shown["left"]) == (2, 2)


def test_a_teacher_who_tries_it_out_is_nobody_in_the_class():
    lesson = lesson_of(minimum_group_size=3)
    for _ in range(3):
        seated(lesson, "class_mood", attentive())
    make_trial = make_participant(lesson=lesson, choice="own_results", is_trial=True)
    connect(lesson, make_trial)
    tap(lesson, make_trial)
    shown = view(lesson)
    assert (shown["present"], shown["self_reports"]["lost"]) == (3, 0)


# --- the class in words ----------------------------------------------------------------------------------


def test_class_only_participants_are_told_of_in_words_alone():
    lesson = lesson_of()
    for index in range(8):
        seated(lesson, "class_mood", attentive(Emotion.HAPPY) if index < 7 else turned_away())
    shown = step(lesson)
    happy = EMOTIONS.index(Emotion.HAPPY)
    assert (shown["words"]["level"], shown["words"]["expressions"][happy]) == ("most", "mostly")
    assert shown["shared"] is None
    point = MoodPoint.objects.get()
    assert (point.words, point.shared) == (shown["words"], None)


@pytest.mark.parametrize(("class_only", "sharing", "word"), [(4, 9, None), (5, 0, "most"), (5, 9, "most")])
def test_fewer_than_the_minimum_class_only_members_are_in_no_word(class_only, sharing, word):
    lesson = lesson_of()
    for index in range(class_only + sharing):
        seated(lesson, "class_mood" if index < class_only else "own_results", attentive())
    words = step(lesson)["words"]
    assert (words and words["level"]) == word


def test_words_change_on_their_grid_only_and_when_two_steps_agree():
    lesson = lesson_of()
    everybody = [seated(lesson, "class_mood", attentive()) for _ in range(6)]
    told = [step(lesson)["words"]["level"]]
    ParticipantState.objects.update(seen_level="away", seen_at=NOW + timedelta(hours=1))
    told += [step(lesson, NOW + timedelta(seconds=s))["words"]["level"] for s in (10, 20, 30, 40, 50, 60)]
    assert told == ["most"] * 6 + ["few"]
    assert len(everybody) == 6


def test_a_covered_camera_changes_no_word():
    lesson = lesson_of()
    for _ in range(5):
        seated(lesson, "class_mood", attentive())
    before = step(lesson)["words"]
    for state in ParticipantState.objects.all():
        consent = state.participant.consents.get()
        after = [NOW + timedelta(seconds=second) for second in range(1, 25)]
        measured = [Measurement(state.participant_id, consent.id, at, NO_FACE) for at in after]
        services.record_readings(lesson_id=lesson.id, measurements=measured)
    assert set(ParticipantState.objects.values_list("level", flat=True)) == {"unknown"}
    assert step(lesson, NOW + timedelta(seconds=30))["words"] == before
    assert step(lesson, NOW + timedelta(seconds=60))["words"] == before


def test_a_withdrawal_is_not_seen_before_the_next_step_and_then_only_as_silence():
    lesson = lesson_of()
    everybody = [seated(lesson, "class_mood", attentive()) for _ in range(6)]
    before = step(lesson)["words"]
    services.withdraw_consent(lesson_id=lesson.id, participant_id=everybody[0].id, now=NOW)
    assert step(lesson, NOW + timedelta(seconds=10))["words"] == before
    assert step(lesson, NOW + timedelta(seconds=30))["words"] is None
    assert everybody[0].id not in MoodGroup.objects.get().last_counted


@pytest.mark.parametrize(("minutes", "speaks"), [(9.5, True), (10, False)])
def test_a_group_of_which_too_few_were_seen_for_ten_minutes_is_silent(minutes, speaks):
    lesson = lesson_of()
    for _ in range(5):
        seated(lesson, "class_mood", attentive())
    assert step(lesson)["words"] is not None
    assert (step(lesson, NOW + timedelta(minutes=minutes))["words"] is not None) is speaks


def test_a_group_that_one_member_left_is_not_counted_again_without_that_one():
    """Its word beside the one that was told before would tell what the one was like."""
    lesson = lesson_of()
    changed, *others = [seated(lesson, "class_mood", attentive()) for _ in range(6)]
    assert step(lesson)["words"] is not None
    services.give_consent(lesson_id=lesson.id, participant_id=changed.id, choice="no_camera", now=NOW)
    for later in (30, 60, 90):
        at = NOW + timedelta(seconds=later)
        for one in others:
            measured = Measurement(one.id, one.consents.get().id, at, attentive())
            assert services.record_readings(lesson_id=lesson.id, measurements=[measured])
        assert step(lesson, at)["words"] is None
    assert set(MoodGroup.objects.get().last_counted) == {changed.id, *(one.id for one in others)}


def test_the_server_is_behind_when_snapshots_of_a_class_that_is_told_of_wait(monkeypatch):
    monkeypatch.setattr("classroom.wire.events.oldest_waiting_s", lambda lesson_id: 8.0)
    silent, sharing = lesson_of(), lesson_of()
    seated(silent, "class_mood", attentive())
    seated(sharing, "own_results", attentive())
    assert (view(silent)["behind"], view(sharing)["behind"]) == (False, True)


# --- what people say -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("class_only", "sharing", "whose", "shown"),
    [
        (4, 0, None, None),
        (5, 0, "class", 5),
        (4, 1, None, None),
        (4, 4, None, None),
        (0, 4, None, None),
        (5, 5, "class", 10),
        (4, 5, "shared", 5),
        (1, 9, "shared", 9),
        (0, 5, "shared", 5),
    ],
)
def test_taps_are_counted_from_the_minimum_of_those_present_on(class_only, sharing, whose, shown):
    """Of few who show no results the numbers less the taps beside names would be theirs."""
    lesson = lesson_of(minimum_group_size=5)
    for index in range(class_only):
        tap(lesson, seated(lesson, "class_mood" if index % 2 else "no_camera"))
    for _ in range(sharing):
        tap(lesson, seated(lesson, "own_results"))
    reports = view(lesson)["self_reports"]
    assert reports == (None if shown is None else said(lost=shown))
    assert view(lesson)["self_reports_of"] == whose


def test_a_tap_from_before_somebody_showed_results_is_in_no_number_of_those_who_do():
    """It stands on no tile either; of who left, with the page alone, it does not go."""
    lesson = lesson_of()
    *others, changed = [seated(lesson, "own_results") for _ in range(6)]
    for one in (*others, changed):
        tap(lesson, one, at=NOW - timedelta(minutes=1))
    changed.consents.update(given_at=NOW - timedelta(seconds=1))
    assert view(lesson)["self_reports"] == said(lost=5)
    Attendance.objects.filter(participant=others[0]).update(left_at=NOW)
    seated(lesson, "own_results")
    assert view(lesson)["self_reports"] == said(lost=5)


def test_what_one_taps_beside_those_who_show_results_is_in_no_number():
    """The numbers of the class less the taps on tiles would be that one's."""
    lesson = lesson_of()
    for _ in range(8):
        tap(lesson, seated(lesson, "own_results", attentive()), "following")
    alone = seated(lesson, "class_mood", attentive())
    before = view(lesson)
    for kind in ("lost", "too_fast"):
        tap(lesson, alone, kind)
    assert view(lesson) == before
    assert before["self_reports"] == said(following=8)


def test_taps_are_counted_only_while_enough_of_those_present_count():
    """Guests make no group where the school counts accounts alone."""
    lesson = lesson_of()
    Policy.objects.update(counted="accounts")
    for _ in range(6):
        tap(lesson, seated(lesson, "no_camera"))
    assert view(lesson)["self_reports"] is None
    Policy.objects.update(counted="everybody")
    assert view(lesson)["self_reports"]["lost"] == 6


def test_the_view_says_that_somebody_was_removed_and_tells_no_tap_from_then_on():
    lesson = lesson_of()
    here = [seated(lesson, "no_camera") for _ in range(7)]
    for one in here:
        tap(lesson, one)
    assert (view(lesson)["self_reports"]["lost"], view(lesson)["lacks_somebody"]) == (7, False)
    services.remove_place(participant_id=here[0].id, by=lesson.classroom.teacher, now=MONDAY)
    lesson.refresh_from_db()
    assert (view(lesson)["self_reports"], view(lesson)["lacks_somebody"]) == (None, True)


def test_taps_wait_for_the_larger_group_under_which_somebody_joined():
    lesson = lesson_of()
    first = seated(lesson, "no_camera")
    first.consents.update(minimum_group_size=6)
    for one in (first, *(seated(lesson, "no_camera") for _ in range(4))):
        tap(lesson, one)
    assert view(lesson)["self_reports"] is None
    seated(lesson, "no_camera")
    assert view(lesson)["self_reports"]["lost"] == 5


def test_false_students_who_never_came_open_no_gate():
    lesson = lesson_of()
    for _ in range(9):
        make_participant(lesson=lesson, choice="no_camera")
    tap(lesson, seated(lesson, "no_camera"))
    assert view(lesson)["self_reports"] is None


@pytest.mark.parametrize("kind", ["lost", "following", None])
def test_who_closes_the_page_takes_no_tap_out_of_the_numbers(kind):
    lesson = lesson_of()
    for one in (seated(lesson, "no_camera") for _ in range(5)):
        tap(lesson, one, "lost")
    last = seated(lesson, "no_camera")
    if kind is not None:
        tap(lesson, last, kind)
    before = view(lesson)["self_reports"]
    Attendance.objects.filter(participant=last).update(left_at=NOW)
    assert view(lesson)["present"] == 5
    assert view(lesson)["self_reports"] == before


def test_only_the_newest_tap_counts_and_only_for_five_minutes():
    lesson = lesson_of(minimum_group_size=3)
    first, second, third, _other = (seated(lesson, "own_results") for _ in range(4))
    tap(lesson, first, "lost", NOW - timedelta(minutes=2))
    tap(lesson, first, "following", NOW - timedelta(minutes=1))
    tap(lesson, second, "lost", NOW - timedelta(minutes=6))
    tap(lesson, third, "need_a_break", NOW - timedelta(minutes=1))
    services.withdraw_consent(lesson_id=lesson.id, participant_id=third.id, now=NOW)
    assert view(lesson)["self_reports"] == said(following=1)


def test_what_is_said_of_the_pace_stands_beside_how_it_goes_and_passes_alike():
    lesson = lesson_of(minimum_group_size=3)
    first, second, _third = (seated(lesson, "no_camera") for _ in range(3))
    tap(lesson, first, "lost", NOW - timedelta(minutes=2))
    tap(lesson, first, "too_slow", NOW - timedelta(minutes=2))
    tap(lesson, first, "too_fast", NOW - timedelta(minutes=1))
    tap(lesson, second, "right_pace", NOW - timedelta(minutes=6))
    assert view(lesson)["self_reports"] == said(lost=1, too_fast=1)


def test_the_pace_that_somebody_finds_right_stands_on_the_tile_since_the_results_are_shown():
    lesson = lesson_of()
    student = seated(lesson, "own_results", attentive())
    tap(lesson, student, "right_pace", NOW - timedelta(seconds=1))
    (tile,) = queries.tiles(look(lesson))
    assert (tile["self_report"], tile["pace"]) == (None, "right_pace")
    student.consents.update(given_at=NOW)
    (tile,) = queries.tiles(look(lesson))
    assert tile["pace"] is None


def said(**counts):
    return dict.fromkeys(SelfReport.Kind.values, 0) | counts


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
    assert queries.tiles(look(lesson)) == [
        {"id": participant.id, "name": "Kim", "is_trial": False, "here": True, "kind": "no_individual_data"}
    ]


def test_the_tile_of_who_shares_says_what_was_measured_and_on_how_much():
    lesson = lesson_of()
    participant = seated(lesson, "own_results", attentive(Emotion.HAPPY), name="Kim")
    tap(lesson, participant, "following")
    (tile,) = queries.tiles(look(lesson))
    assert (tile["kind"], tile["level"], tile["self_report"]) == ("measured", "engaged", "following")
    assert tile["expression"] == {"label": "happy", "clarity": "clearly"}
    assert tile["coverage"] == 1


def test_coverage_is_the_share_of_ten_seconds_since_the_first_measurement_with_a_face():
    lesson = lesson_of()
    participant = seated(lesson, "own_results", attentive(), seconds_ago=97)
    consent = participant.consents.get()
    late = [Measurement(participant.id, consent.id, NOW - timedelta(seconds=1), attentive())]
    services.record_readings(lesson_id=lesson.id, measurements=late)
    (tile,) = queries.tiles(look(lesson))
    assert tile["coverage"] == pytest.approx(0.2, abs=0.01)


def test_who_begins_to_share_has_a_tile_that_begins_then():
    lesson = lesson_of()
    participant = seated(lesson, "class_mood", attentive(Emotion.SAD), name="Kim")
    tap(lesson, participant, "lost", NOW - timedelta(seconds=30))
    services.give_consent(
        lesson_id=lesson.id,
        participant_id=participant.id,
        choice="own_results",
        now=NOW - timedelta(seconds=9),
    )
    assert queries.tiles(look(lesson))[0]["kind"] == "no_individual_data"
    consent = participant.consents.get(ended_at=None)
    taken = [NOW - timedelta(seconds=second) for second in (4.5, 3.5, 2.5, 1.5)]
    measured = [Measurement(participant.id, consent.id, at, attentive(Emotion.HAPPY)) for at in taken]
    services.record_readings(lesson_id=lesson.id, measurements=measured)
    (tile,) = queries.tiles(look(lesson))
    assert tile["expression"] == {"label": "happy", "clarity": "clearly"}, "nothing former is mixed in"
    assert tile["self_report"] is None


def test_tiles_come_by_name_and_never_by_what_was_measured():
    lesson = lesson_of()
    for name, analysis in (("zoe", attentive()), ("Ada", None), ("kim", turned_away()), ("Bo", NO_FACE)):
        seated(lesson, "own_results", analysis, name=name)
    assert [tile["name"] for tile in queries.tiles(look(lesson))] == ["Ada", "Bo", "kim", "zoe"]


# --- the whole state -------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", ["class_mood", "no_camera"])
def test_a_remark_about_a_student_goes_when_the_results_are_shown_no_more_and_does_not_come_back(choice):
    lesson = lesson_of()
    participant = seated(lesson, "own_results", attentive(), name="Kim")
    Hint.objects.create(lesson=lesson, at=NOW, kind="persistently_sad", participant=participant)
    later = NOW + timedelta(minutes=1)
    for taken in (choice, "own_results"):
        services.give_consent(lesson_id=lesson.id, participant_id=participant.id, choice=taken, now=later)
        assert queries.teacher_state(lesson, later, reveal=True)["hints"] == []


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
    for _ in range(6):
        tap(lesson, seated(lesson, "own_results", attentive()))
    Policy.objects.all().delete()
    shown = step(lesson)
    assert (shown["words"], shown["shared"], shown["self_reports"]) == (None, None, None)
    assert MoodPoint.objects.count() == 0


@pytest.mark.parametrize(
    ("read", "most"),
    [
        (lambda lesson: queries.teacher_state(lesson, NOW, reveal=True), 16),
        (lambda lesson: services.tick(lesson_id=lesson.id, now=NOW), 13),
        (lambda lesson: services.tick(lesson_id=lesson.id, now=NOW + timedelta(minutes=1)), 13),
    ],
    ids=["teacher state", "stepping tick", "stepping tick that looks for what lasts"],
)
def test_the_number_of_queries_does_not_grow_with_the_class(read, most, monkeypatch):
    monkeypatch.setattr("classroom.wire.events.win_tick", lambda lesson_id: True)
    monkeypatch.setattr("classroom.wire.events.win_tiles", lambda lesson_id: True)
    counts = []
    for size in (9, 18):
        lesson = lesson_of(minimum_group_size=3)
        for index in range(size):
            choice = ("own_results", "class_mood", "no_camera")[index % 3]
            participant = seated(lesson, choice, None if choice == "no_camera" else attentive())
            tap(lesson, participant, "following")
            Hint.objects.create(lesson=lesson, at=MONDAY, kind="several_lost")
        class_only = lesson.classroom.participants.filter(consents__choice="class_mood")
        count_group(lesson, list(class_only))
        lesson = loaded(lesson)
        with CaptureQueriesContext(connection) as captured:
            read(lesson)
        counts.append(len([one for one in captured if "SAVEPOINT" not in one["sql"]]))
    assert counts[0] == counts[1] <= most


def test_a_shown_tile_goes_blank_though_nobody_is_measured_any_more(monkeypatch):
    """The viewers' own beat shows tiles anew, or the last value would stay on the screen for ever."""
    pushed = []
    monkeypatch.setattr(
        "classroom.wire.events.announce_to_revealing",
        lambda lesson_id, message: pushed.append(message["tiles"]),
    )
    lesson = lesson_of()
    seated(lesson, "own_results", attentive())
    events.note_revealing(lesson.id)
    step(lesson)
    client().delete(keys.of("tiles-pushed", lesson.id))
    step(lesson, NOW + timedelta(seconds=60))
    assert [[tile["kind"] for tile in tiles] for tiles in pushed] == [["measured"], ["no_individual_data"]]
