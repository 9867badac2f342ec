"""A class over the year: who teaches it, its roster, its places, its archive and its end."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import access, disclosure, queries, services
from classroom.access_log import log_looks
from classroom.errors import (
    BadName,
    BothInLesson,
    ClassroomArchived,
    ConsentMissing,
    EndPassed,
    LessonInTheWay,
    NobodysPlace,
    NotAColleague,
    OwnerAlready,
    OwnerChanged,
    PlaceBlocked,
    StillInLesson,
    TrialPlace,
    TwoAccounts,
    WrongClassroom,
)
from classroom.models import (
    AccessLogEntry,
    AccountChange,
    Attendance,
    Classroom,
    ClassroomTeacher,
    Consent,
    Flag,
    Lesson,
    Participant,
    Policy,
    Reading,
    Removal,
    Report,
    RollupBin,
)
from classroom.models.reviews import Place
from classroom.queries import own
from classroom.roster import Entry
from classroom.services.account_log import log_change
from classroom.wire import events
from classroom.wire.measurement import Measurement
from reports.roster import names_of_missing
from tests.analyses import attentive
from tests.dump import rows_about, tables_with
from tests.factories import (
    MONDAY,
    make_admin,
    make_classroom,
    make_consent,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
    make_user,
)
from tests.scenes import ended, fill, measured_lesson
from tests.upkeep import delete_past_retention

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)
DAY = timedelta(days=1)


def teaches(teacher, classroom):
    return Classroom.objects.taught_by(teacher).filter(id=classroom.id).exists()


def colleague_of(classroom, **fields):
    return make_teacher(school=classroom.school, **fields)


def share(classroom, teacher, **how):
    return services.share_classroom(
        classroom_id=classroom.id, teacher_id=teacher.id, now=timezone.now(), **how
    )


def hand_over(classroom, teacher, *, stays=False, actor=None):
    services.hand_over(
        classroom_id=classroom.id,
        owner_id=classroom.teacher_id,
        teacher_id=teacher.id,
        stays=stays,
        actor=actor or classroom.teacher,
        now=NOW,
    )


def at_the_same_time(*acts, refused=()):
    """Each in a thread and a connection of its own. What is refused may be; nothing else may fail."""
    barrier, failed = Barrier(len(acts)), []

    def do(act):
        barrier.wait()
        try:
            act()
        except refused:
            pass
        except Exception as error:  # noqa: BLE001
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=do, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []


# Teachers


def test_a_co_teacher_teaches_until_the_owner_ends_it():
    classroom = make_classroom()
    teacher = colleague_of(classroom)
    share(classroom, teacher)
    assert teaches(teacher, classroom)
    services.end_share(classroom_id=classroom.id, teacher_id=teacher.id)
    assert not teaches(teacher, classroom)


def test_a_substitutes_right_ends_by_itself():
    classroom = make_classroom()
    teacher = colleague_of(classroom)
    given = share(classroom, teacher, ends_at=timezone.now() + DAY)
    assert teaches(teacher, classroom)
    assert not Classroom.objects.managed_by(teacher).exists()
    ClassroomTeacher.objects.filter(id=given.id).update(ends_at=timezone.now())
    assert not teaches(teacher, classroom)
    assert not queries.shares_of(classroom).exists()


def test_a_hand_over_is_written_down_with_who_did_it_and_whose_it_was():
    classroom = make_classroom(name="Physics 9")
    before, teacher = classroom.teacher, colleague_of(classroom)
    admin = make_admin(school=classroom.school)
    hand_over(classroom, teacher, actor=admin)
    done = AccountChange.objects.get()
    assert (done.kind, done.actor, done.subject, done.at) == ("handed_over", admin, teacher, NOW)
    assert done.detail == f"Physics 9, until now of {before.shown_name}"


def test_a_hand_over_that_is_refused_is_not_written_down():
    classroom = make_classroom()
    with pytest.raises(NotAColleague):
        hand_over(classroom, make_teacher())
    assert not AccountChange.objects.exists()


def test_sharing_again_changes_the_end_and_makes_no_second_share():
    classroom = make_classroom()
    teacher = colleague_of(classroom)
    share(classroom, teacher, ends_at=timezone.now() + DAY)
    share(classroom, teacher)
    assert ClassroomTeacher.objects.get().ends_at is None


def test_a_class_is_shared_with_active_teachers_of_its_school_only():
    classroom = make_classroom()
    strangers = [
        make_teacher(),
        make_admin(school=classroom.school),
        make_user(school=classroom.school),
        colleague_of(classroom, is_active=False),
    ]
    for one in strangers:
        with pytest.raises(NotAColleague):
            share(classroom, one)
        with pytest.raises(NotAColleague):
            hand_over(classroom, one)
    assert not set(strangers) & set(queries.colleagues_of(classroom))
    with pytest.raises(OwnerAlready):
        share(classroom, classroom.teacher)
    with pytest.raises(EndPassed):
        share(classroom, colleague_of(classroom), ends_at=timezone.now())
    demo = make_classroom(is_demo=True)
    with pytest.raises(WrongClassroom):
        share(demo, colleague_of(demo))
    assert not ClassroomTeacher.objects.exists()


def test_a_co_teacher_who_goes_to_another_school_leaves_the_class_behind():
    classroom = make_classroom()
    teacher = colleague_of(classroom)
    share(classroom, teacher)
    teacher.school = make_school()
    teacher.save()
    assert not teaches(teacher, classroom)


@pytest.mark.parametrize("stays", [False, True])
def test_a_class_is_handed_over_with_its_lessons(stays):
    lesson = make_lesson(minutes=45)
    classroom, before = lesson.classroom, lesson.classroom.teacher
    after = colleague_of(classroom)
    share(classroom, after)
    hand_over(classroom, after, stays=stays)
    classroom.refresh_from_db()
    assert classroom.teacher == after
    assert list(access.lessons_to_review(after)) == [lesson]
    assert teaches(before, classroom) is stays
    assert [one.teacher for one in queries.shares_of(classroom)] == ([before] if stays else [])


@pytest.mark.parametrize("stays", [False, True])
def test_a_class_is_handed_over_whatever_shares_its_owners_have_of_it(stays):
    """As where the owner was changed in the administration while both were in the list of teachers."""
    classroom = make_classroom()
    after = colleague_of(classroom)
    for one in (classroom.teacher, after):
        classroom.shares.create(teacher=one, given_at=NOW)
    hand_over(classroom, after, stays=stays)
    assert [one.teacher for one in classroom.shares.in_force()] == ([classroom.teacher] if stays else [])


def test_of_two_who_hand_over_one_class_the_first_one_is_heard():
    classroom = make_classroom()
    first, second = colleague_of(classroom), colleague_of(classroom)
    hand_over(classroom, first)
    with pytest.raises(OwnerChanged):
        hand_over(classroom, second)
    with pytest.raises(OwnerAlready):
        hand_over(classroom, first)
    assert Classroom.objects.get().teacher == first


def test_who_left_does_not_stay_as_co_teacher():
    classroom = make_classroom()
    classroom.teacher.is_active = False
    classroom.teacher.save()
    hand_over(classroom, colleague_of(classroom), stays=True)
    assert not ClassroomTeacher.objects.in_force().exists()


def test_an_administrator_finds_the_classes_of_those_who_left():
    kept, left, moved = (make_classroom(teacher=make_teacher(school=make_school())) for _ in range(3))
    for one in (left, moved):
        Classroom.objects.filter(id=one.id).update(school=kept.school)
    type(left.teacher).objects.filter(id=left.teacher_id).update(school=kept.school, is_active=False)
    admin = make_admin(school=kept.school)
    found = queries.orphaned(access.classrooms_of_school(admin), admin.school_id)
    assert set(found) == {left, moved}


@pytest.mark.parametrize("change", ["end", "hand over"])
def test_whoever_loses_a_class_is_told_at_once_in_its_open_lesson(
    change, monkeypatch, django_capture_on_commit_callbacks
):
    asked = []
    lesson = make_lesson()
    teacher = colleague_of(lesson.classroom)
    share(lesson.classroom, teacher)
    monkeypatch.setattr(events, "check_rights", asked.append)
    with django_capture_on_commit_callbacks(execute=True):
        if change == "end":
            services.end_share(classroom_id=lesson.classroom_id, teacher_id=teacher.id)
        else:
            hand_over(lesson.classroom, colleague_of(lesson.classroom))
    assert set(asked) == {events.teachers_of(lesson.id)}


def test_the_longest_full_name_is_written_down_wherever_it_is_said_who_did_something():
    name = {"first_name": "F" * 150, "last_name": "L" * 150}
    lesson, teacher = make_lesson(minutes=45), make_teacher(**name)
    participant = make_participant(lesson=lesson)
    log_looks(
        viewer=teacher, lesson_id=lesson.id, participant_ids=[participant.id], place=Place.REPORT, now=NOW
    )
    log_change(school=teacher.school, kind=AccountChange.Kind.NAMED, actor=teacher, now=NOW)
    services.remove_place(participant_id=make_participant(lesson=lesson).id, by=teacher, now=NOW)
    written = [
        AccessLogEntry.objects.get().viewer_name,
        AccountChange.objects.get().actor_name,
        Removal.objects.get().actor_name,
    ]
    assert written == [f"{'F' * 150} {'L' * 150}"] * 3


def test_the_log_names_the_co_teacher_who_looked():
    lesson = make_lesson(minutes=45)
    participant = make_participant(lesson=lesson, choice="own_results")
    teacher = colleague_of(lesson.classroom, first_name="Emmy", last_name="Noether")
    share(lesson.classroom, teacher)
    access.participant_to_see(teacher, lesson, participant.id, place="report", now=NOW)
    assert AccessLogEntry.objects.get().viewer_name == "Emmy Noether"


# Archive and end


def delete(classroom_id):
    owner = Classroom.objects.get(id=classroom_id).teacher
    services.delete_classroom(classroom_id=classroom_id, by=owner, now=NOW)


def test_in_an_archived_class_no_lesson_starts_and_nobody_joins_until_it_is_used_again():
    classroom = make_classroom()
    services.archive_classroom(classroom_id=classroom.id, now=NOW)
    with pytest.raises(ClassroomArchived):
        services.open_lesson(classroom=classroom, title="Waves", now=NOW)
    with pytest.raises(ClassroomArchived):
        services.join_classroom(now=timezone.now(), classroom=classroom, display_name="Ada")
    with pytest.raises(ClassroomArchived):
        services.add_to_roster(classroom_id=classroom.id, entries=[Entry("Ada")])
    services.unarchive_classroom(classroom_id=classroom.id)
    services.join_classroom(now=timezone.now(), classroom=classroom, display_name="Ada")
    assert services.open_lesson(classroom=classroom, title="Waves", now=NOW).is_open


def test_a_class_with_an_open_lesson_is_neither_archived_nor_deleted():
    lesson = make_lesson()
    with pytest.raises(LessonInTheWay):
        services.archive_classroom(classroom_id=lesson.classroom_id, now=NOW)
    with pytest.raises(LessonInTheWay):
        delete(lesson.classroom_id)
    assert Lesson.objects.get().classroom.archived_at is None


def test_with_a_class_everything_goes_that_hangs_on_it_and_nothing_else(sent):
    gone = ended(measured_lesson(make_school(), started_at=MONDAY, students=2))
    kept = ended(measured_lesson(gone.classroom.school, started_at=MONDAY))
    Classroom.objects.filter(id=gone.classroom_id).update(name="Zinnober")
    Participant.objects.filter(classroom=gone.classroom).update(display_name="Quetzal")
    ids = list(Participant.objects.filter(classroom=gone.classroom).values_list("id", flat=True))
    logged = LogEntry.objects.count()
    delete(gone.classroom_id)
    assert set(tables_with("Zinnober")) == {"classroom_removal"}, "that it was deleted"
    assert tables_with("Quetzal") == {}
    assert set().union(*map(rows_about, ids)) == set()
    assert Lesson.objects.get() == kept
    assert Reading.objects.exists() and Flag.objects.exists() and RollupBin.objects.exists()
    assert 0 < LogEntry.objects.count() < logged


def test_a_teacher_who_deletes_what_was_logged_of_the_own_looks_leaves_that_in_the_log(sent):
    lesson = ended(measured_lesson(make_school(), started_at=MONDAY, students=2))
    teacher, student = lesson.classroom.teacher, Participant.objects.first()
    Participant.objects.update(display_name="Quetzal")
    Classroom.objects.update(name="Physics")
    services.remove_place(participant_id=student.id, by=teacher, now=NOW)
    delete(lesson.classroom_id)
    told = {(one.kind, one.actor_name, one.classroom, one.looks, one.at) for one in Removal.objects.all()}
    name = teacher.get_username()
    assert told == {("place", name, "Physics", 1, NOW), ("classroom", name, "Physics", 1, NOW)}
    assert tables_with("Quetzal") == {}
    assert set(Removal.objects.values_list("school", flat=True)) == {teacher.school_id}
    delete_past_retention(now=NOW + 401 * DAY)
    assert not Removal.objects.exists()


def test_what_goes_with_a_class_is_counted_without_a_word_on_who_was_measured(sent):
    lesson = ended(measured_lesson(make_school(), started_at=MONDAY, students=2))
    services.add_to_roster(classroom_id=lesson.classroom_id, entries=[Entry("Ada")])
    assert queries.contents_of(lesson.classroom) == queries.Contents(1, 1, 2, 1)


# Roster


def roster(classroom, *names):
    return services.add_to_roster(classroom_id=classroom.id, entries=[Entry(name) for name in names])


def join(classroom, name, **how):
    return services.join_classroom(now=timezone.now(), classroom=classroom, display_name=name, **how)


def test_names_that_came_meanwhile_are_not_added_twice():
    classroom = make_classroom()
    join(classroom, "Ada")
    assert roster(classroom, "ADA", "Kim", "kim") == 1
    assert roster(classroom, "Kim") == 0
    assert [one.display_name for one in classroom.participants.all()] == ["Ada", "Kim"]


@pytest.mark.parametrize("typed", ["Zoë Müller", "ZOË  MÜLLER", "zoe muller", "Zoe\u0308 Müller"])
def test_whoever_comes_first_under_a_name_of_the_roster_has_its_place(typed):
    classroom = make_classroom()
    roster(classroom, "Zoë Müller", "Kim")
    expected = classroom.participants.get(display_name="Zoë Müller")
    assert join(classroom, typed) == expected
    second = join(classroom, typed)
    assert second != expected
    expected.refresh_from_db()
    assert (expected.is_expected, expected.display_name) == (False, "Zoë Müller")
    assert classroom.participants.filter(is_expected=True).count() == 1


def test_where_accents_tell_two_apart_they_decide():
    classroom = make_classroom()
    roster(classroom, "Zoë", "Zoe", "Zoé")
    assert join(classroom, "Zoe").display_name == "Zoe"
    assert join(classroom, "Zoê").display_name == "Zoê"


def test_an_account_takes_the_place_of_its_name_and_a_trial_takes_none():
    classroom = make_classroom()
    roster(classroom, "Ada", "Kim")
    student = make_user(school=classroom.school)
    assert join(classroom, "Ada", user=student) == join(classroom, "Other", user=student)
    assert classroom.participants.get(user=student).display_name == "Ada"
    assert join(classroom, "Kim", user=classroom.teacher).display_name == "Kim (2)"
    assert classroom.participants.get(display_name="Kim").is_expected


def test_a_name_that_nobody_has_taken_tells_nothing_of_the_class():
    lesson = make_lesson()
    for name in ("Ada", "Kim"):
        make_participant(lesson=lesson, choice="no_camera", display_name=name)
    before = queries.teacher_state(lesson, NOW, reveal=True)
    roster(lesson.classroom, "Grace", "Emmy")
    assert queries.teacher_state(lesson, NOW, reveal=True) == before


def test_a_place_made_in_advance_makes_nobody_known_from_an_earlier_day():
    lesson = make_lesson(started_at=timezone.now())
    Policy.objects.update(counted="known")
    roster(lesson.classroom, "Ada")
    Participant.objects.update(created_at=lesson.started_at - 30 * DAY)
    came = join(lesson.classroom, "Ada")
    policy = Policy.objects.get()
    assert not disclosure.counts(disclosure.standing(came, lesson), policy.counted)
    assert queries.company([disclosure.standing(came, lesson)]) == {"accounts": 0, "known": 0, "new": 1}
    came.came_at = lesson.started_at - DAY
    assert disclosure.counts(disclosure.standing(came, lesson), policy.counted)


def test_a_report_says_who_of_the_roster_never_came():
    lesson = make_lesson(minutes=45, started_at=timezone.now())
    roster(lesson.classroom, "Ada")
    make_participant(classroom=lesson.classroom, display_name="Kim", blocked_at=NOW)
    Participant.objects.update(created_at=timezone.now() - DAY)
    assert names_of_missing(lesson) == ("Ada",)


def test_a_place_that_was_taken_lately_is_not_past_the_period_of_its_row():
    classroom = make_classroom()
    roster(classroom, "Ada", "Kim")
    Participant.objects.update(created_at=timezone.now() - 500 * DAY)
    join(classroom, "Ada")
    delete_past_retention(now=timezone.now())
    assert [one.display_name for one in Participant.objects.all()] == ["Ada"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_at_the_same_moment_one_has_the_place_of_the_roster():
    classroom = make_classroom()
    roster(classroom, "Ada")
    came = []
    at_the_same_time(*2 * [lambda: came.append(join(classroom, "Ada").display_name)])
    assert sorted(came) == ["Ada", "Ada (2)"]
    assert Participant.objects.count() == 2


# Names and merging


def test_a_place_is_renamed_and_noted():
    one = make_participant(display_name="Ada")
    services.rename_participant(participant_id=one.id, name="Ada L", note="window")
    one.refresh_from_db()
    assert (one.display_name, one.note) == ("Ada L", "window")


def test_no_place_gets_a_name_that_another_one_has():
    one = make_participant(display_name="Ada")
    make_participant(classroom=one.classroom, display_name="Kim")
    with pytest.raises(BadName):
        services.rename_participant(participant_id=one.id, name="KIM", note="")
    services.rename_participant(participant_id=one.id, name="ADA", note="")
    services.rename_participant(participant_id=make_participant(display_name="Other").id, name="Kim", note="")


def merge(one, other, name_of=None):
    return services.merge_participants(
        one_id=one.id, other_id=other.id, name_of=(name_of or one).id, by=one.classroom.teacher, now=NOW
    )


@pytest.fixture
def two(sent):
    """Ada of the first lesson, and the same student as "Ada (2)" of the second; each in every table."""
    first = ended(measured_lesson(make_school(), started_at=MONDAY, students=1))
    second = measured_lesson(first.classroom.school, started_at=MONDAY + DAY, students=1)
    Lesson.objects.filter(id=first.id).update(classroom=second.classroom)
    ended(second)
    places = []
    for lesson, name in ((first, "Ada"), (second, "Ada (2)")):
        one = make_participant(classroom=second.classroom, display_name=name)
        make_consent(
            lesson=lesson, participant=one, choice="own_results" if lesson is first else "class_mood"
        )
        fill(lesson, one)
        places.append(one)
    return places


def counts_of(*places):
    models = (Reading, RollupBin, Attendance, Consent, Flag, AccessLogEntry)
    return {model.__name__: model.objects.filter(participant__in=places).count() for model in models}


def test_two_places_become_one_with_all_that_either_had(two):
    ada, again = two
    before, choices = counts_of(ada, again), dict(Consent.objects.values_list("id", "choice"))
    stays = merge(ada, again)
    assert stays.id == again.id, "the browser that was used last goes on"
    assert stays.display_name == "Ada"
    assert counts_of(stays) == before
    assert rows_about(ada.id) == set()
    assert dict(Consent.objects.values_list("id", "choice")) == choices, "no consent is another than before"
    assert not LogEntry.objects.filter(object_id=str(ada.id), content_type__model="participant").exists()
    assert stays.since == again.since, "nobody is known for longer by a merge"


def test_the_name_that_stays_is_chosen(two):
    assert merge(*two, name_of=two[1]).display_name == "Ada (2)"


@pytest.mark.parametrize("trace", ["consent", "stay"])
def test_two_who_were_in_one_lesson_are_not_made_one(two, trace):
    ada, again = two
    lesson = again.attendances.get().lesson
    if trace == "consent":
        make_consent(lesson=lesson, participant=ada)
    else:
        Attendance.objects.create(lesson=lesson, participant=ada, joined_at=NOW, last_seen_at=NOW)
    before = counts_of(ada), counts_of(again)
    with pytest.raises(BothInLesson, match=lesson.title):
        merge(ada, again)
    assert (counts_of(ada), counts_of(again)) == before


def test_a_name_of_the_roster_goes_into_the_place_of_who_came_under_another():
    classroom = make_classroom()
    services.add_to_roster(classroom_id=classroom.id, entries=[Entry("Ada Lovelace", "window")])
    expected, came = classroom.participants.get(), join(classroom, "adalove")
    stays = merge(expected, came)
    assert stays.id == came.id
    assert (stays.display_name, stays.is_expected) == ("Ada Lovelace", False)
    assert stays.since == came.created_at, "a name on a list makes nobody known"


def test_the_account_keeps_the_place_whoever_came_last(two):
    ada, again = two
    Participant.objects.filter(id=ada.id).update(user=make_user())
    assert merge(ada, again).id == ada.id


def test_two_accounts_and_a_trial_are_nobody_else():
    one = make_participant(user=make_user())
    other = make_participant(classroom=one.classroom, user=make_user())
    with pytest.raises(TwoAccounts):
        merge(one, other)
    with pytest.raises(TrialPlace):
        merge(one, make_participant(classroom=one.classroom, is_trial=True))


def test_a_place_that_is_in_an_open_lesson_does_not_go_away_under_it():
    lesson = make_lesson()
    account = make_participant(lesson=lesson, user=make_user())
    guest = make_participant(lesson=lesson, choice="no_camera")
    with pytest.raises(StillInLesson):
        merge(account, guest)
    guest.consents.all().delete()
    assert merge(account, guest).id == account.id


def test_whoever_was_blocked_stays_so_under_the_other_name(two):
    services.block_participant(participant_id=two[0].id, now=NOW)
    assert merge(*two).is_blocked


@pytest.mark.django_db(transaction=True)
def test_a_batch_in_flight_is_stored_with_one_of_the_two_or_not_at_all():
    """The worker holds consents as the merge does, so it comes before or after."""
    lesson = make_lesson(minutes=45)
    ada = make_participant(lesson=lesson, choice="own_results")
    again = join(lesson.classroom, "Ada")
    consent = ada.consents.get()
    batch = [Measurement(ada.id, consent.id, MONDAY + timedelta(seconds=n), attentive()) for n in range(9)]
    at_the_same_time(
        lambda: services.record_readings(lesson_id=lesson.id, measurements=batch),
        lambda: merge(ada, again),
    )
    (stays,) = Participant.objects.all()
    assert Reading.objects.filter(participant=stays).count() == Reading.objects.count()


def told(participant, lesson):
    """All that whoever holds the place can read or download of a lesson, by kind."""
    data = own.own_data(lesson, participant)
    document = own.document(data, lesson, participant)
    return {name: value for name, value in document["summary"].items() if value}, document["readings"]


def test_who_holds_the_place_that_stays_is_told_nothing_of_what_came_by_the_merge(two):
    ada, again = two
    moved, kept = (one.consents.get().lesson for one in two)
    before = told(again, kept)
    stays = merge(ada, again)
    assert told(stays, moved) == ({}, [])
    assert told(stays, kept) == before
    assert list(own.own_lessons(stays)) == [kept]
    assert list(own.readings_table(moved, stays)) == []


@pytest.mark.parametrize("own_note", ["window", ""])
@pytest.mark.parametrize("name_of", [0, 1])
def test_who_holds_the_place_that_stays_is_never_told_the_note_of_the_other(two, own_note, name_of):
    for place, note in zip(two, ("glasses", own_note), strict=True):
        Participant.objects.filter(id=place.id).update(note=note)
    stays = merge(*two, name_of=two[name_of])
    stays.refresh_from_db()
    assert (stays.id, stays.note) == (two[1].id, own_note)


def test_what_a_merge_brought_is_nobodys_through_a_second_merge_too(two):
    stays = merge(*two)
    lesson = make_lesson(classroom=stays.classroom, minutes=45, started_at=MONDAY + 2 * DAY)
    third = make_participant(lesson=lesson, choice="no_camera")
    Attendance.objects.create(
        lesson=lesson, participant=third, joined_at=lesson.started_at, last_seen_at=lesson.started_at
    )
    assert merge(stays, third).id == third.id
    assert list(own.own_lessons(third)) == [lesson]


def test_a_withdrawal_from_a_lesson_that_came_by_a_merge_does_nothing(two, sent):
    moved = two[0].consents.get().lesson
    stays = merge(*two)
    before = counts_of(stays)
    withdrawal = services.withdraw_consent(lesson_id=moved.id, participant_id=stays.id, now=NOW)
    assert (withdrawal.readings, withdrawal.bins, withdrawal.self_reports, withdrawal.flags) == (0, 0, 0, 0)
    assert counts_of(stays) == before
    assert not Consent.objects.filter(was_withdrawn=True).exists()
    assert Report.objects.filter(lesson=moved).exists()


def test_a_merge_is_logged_and_the_browser_whose_place_went_is_told(two):
    """A false guest's place that was used last takes a student's along: nobody would learn of it."""
    goes, stays = two
    browser = Client()
    name, value = access.guest_cookie(goes)
    browser.cookies[name] = value
    assert merge(stays, goes) == stays
    change = AccountChange.objects.get()
    assert (change.kind, change.actor, change.subject) == ("merged", goes.classroom.teacher, None)
    assert (change.detail, change.school) == (goes.classroom.name, goes.classroom.school)
    join = reverse("join_classroom", args=[goes.classroom.join_token])
    told = "The place that this browser had here is no longer there: your teacher merged it with another"
    assert told in browser.get(join).content.decode()
    assert told not in Client().get(join).content.decode()


def test_who_deletes_the_own_place_leaves_what_came_by_a_merge_nameless_to_the_teacher(two):
    ada, again = two
    moved, theirs = counts_of(ada), counts_of(again)
    stays = merge(ada, again)
    erasure = services.erase_own_place(participant_id=stays.id, now=NOW)
    assert (erasure.lessons, erasure.readings) == (1, theirs["Reading"])
    assert rows_about(stays.id) == set()
    rest = Participant.objects.get(classroom=stays.classroom, consents__moved_at__isnull=False)
    assert (rest.display_name, rest.user, rest.note) == ("Name deleted", None, "")
    assert counts_of(rest) == moved
    name, value = access.guest_cookie(stays)
    with pytest.raises(Http404):
        access.own_participant(AnonymousUser(), {name: value}, ada.classroom.lessons.first())
    services.remove_place(participant_id=rest.id, by=make_teacher(), now=NOW)
    assert rows_about(rest.id) == set()


def test_what_is_left_of_a_deleted_name_is_no_student_to_wait_for_or_to_give_a_name(two):
    ada, again = two
    by, other = ada.classroom.teacher, make_participant(classroom=ada.classroom)
    services.erase_own_place(participant_id=merge(ada, again).id, now=NOW)
    rest = Participant.objects.get(display_name="Name deleted")
    later = ended(make_lesson(classroom=ada.classroom, started_at=MONDAY + 9 * DAY))
    Participant.objects.update(created_at=MONDAY)
    missing = names_of_missing(later)
    assert other.display_name in missing and rest.display_name not in missing
    with pytest.raises(NobodysPlace):
        services.rename_participant(participant_id=rest.id, name="Ada", note="")
    with pytest.raises(NobodysPlace):
        services.make_way_back(participant_id=rest.id, actor=by, now=NOW)
    with pytest.raises(NobodysPlace):
        merge(other, rest)
    client = Client()
    client.force_login(by)
    page = client.get(reverse("participant", args=[rest.classroom_id, rest.id])).content.decode()
    assert "belongs to nobody any more" in page
    assert not any(words in page for words in ("Save", "Make a way back", "Look at both"))
    services.remove_place(participant_id=rest.id, by=by, now=NOW)


def test_a_teacher_who_removes_a_merged_place_and_the_end_of_the_periods_take_all_of_it(two):
    stays = merge(*two)
    delete_past_retention(now=MONDAY + 402 * DAY)
    assert not any(counts_of(stays).values())


# Blocking


def enter(participant, lesson):
    name, value = access.guest_cookie(participant)
    return services.enter_lesson(user=AnonymousUser(), cookies={name: value}, lesson_id=lesson.id, now=NOW)


def test_a_blocked_guest_neither_enters_nor_agrees_until_unblocked():
    lesson = make_lesson()
    participant = make_participant(lesson=lesson, choice="own_results")
    enter(participant, lesson)
    services.block_participant(participant_id=participant.id, now=NOW)
    with pytest.raises(PlaceBlocked):
        enter(participant, lesson)
    consent = {"lesson_id": lesson.id, "participant_id": participant.id, "choice": "no_camera", "now": NOW}
    with pytest.raises(PlaceBlocked):
        services.give_consent(**consent)
    with pytest.raises(ConsentMissing):
        services.report_self(lesson_id=lesson.id, participant_id=participant.id, kind="lost", now=NOW)
    services.unblock_participant(participant_id=participant.id)
    services.give_consent(**consent)
    assert enter(participant, lesson).participant_id == participant.id


@pytest.mark.django_db(transaction=True)
def test_whoever_agrees_at_the_moment_of_a_block_is_out_all_the_same():
    lesson = make_lesson()
    student = make_participant(lesson=lesson)
    for _ in range(5):
        Participant.objects.update(blocked_at=None)
        at_the_same_time(
            lambda: services.give_consent(
                lesson_id=lesson.id, participant_id=student.id, choice="own_results", now=NOW
            ),
            lambda: services.block_participant(participant_id=student.id, now=NOW),
            refused=PlaceBlocked,
        )
        assert not Consent.objects.active().exists()


def test_a_block_stops_what_is_measured_and_deletes_nothing():
    lesson = make_lesson()
    participant = make_participant(lesson=lesson, choice="own_results")
    fill(lesson, participant)
    before = counts_of(participant)
    services.block_participant(participant_id=participant.id, now=NOW)
    consent = participant.consents.get()
    assert consent.ended_at == NOW
    assert not consent.was_withdrawn
    late = [Measurement(participant.id, consent.id, NOW, attentive())]
    assert services.record_readings(lesson_id=lesson.id, measurements=late) == 0
    assert counts_of(participant) == before


def test_a_blocked_account_gets_no_place_by_joining_again():
    student = make_user()
    participant = make_participant(user=student)
    services.block_participant(participant_id=participant.id, now=NOW)
    with pytest.raises(PlaceBlocked):
        join(participant.classroom, "Other", user=student)
