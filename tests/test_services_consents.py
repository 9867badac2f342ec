"""Agreeing, changing one's mind and withdrawing; saying something by one tap."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from classroom import access, disclosure, queries, services
from classroom.consent_words import VERSIONS
from classroom.errors import (
    ChoiceNotAllowed,
    ConsentMissing,
    LessonClosed,
    NoPolicy,
    PlaceGone,
    SelfReportNotAllowed,
    TooManyChoices,
    UnknownSelfReport,
)
from classroom.models import (
    Consent,
    Flag,
    Hint,
    Lesson,
    MoodGroup,
    MoodPoint,
    ParticipantState,
    Policy,
    Reading,
    Report,
    RollupBin,
    SelfReport,
)
from classroom.services.consents import MOST_CHOICES
from classroom.terms import Reader, Terms
from classroom.wire import events, mailbox
from classroom.wire.measurement import Measurement
from emotion.values import Signal
from tests.analyses import attentive
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
from tests.scenes import SHARED, WORDS, note_in_admin_log

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)


def agree(lesson, participant, choice="own_results"):
    return services.give_consent(lesson_id=lesson.id, participant_id=participant.id, choice=choice, now=NOW)


def withdraw(lesson, participant):
    return services.withdraw_consent(lesson_id=lesson.id, participant_id=participant.id, now=NOW)


def measure(consent, seconds=range(4)):
    taken = [consent.given_at + timedelta(seconds=second) for second in seconds]
    measurements = [Measurement(consent.participant_id, consent.id, at, attentive()) for at in taken]
    assert services.record_readings(lesson_id=consent.lesson_id, measurements=measurements)


# --- agreeing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", Consent.Choice.values)
def test_a_choice_is_recorded_with_its_version_and_time(choice):
    lesson = make_lesson()
    consent = agree(lesson, make_participant(lesson=lesson), choice)
    assert (consent.choice, consent.version, consent.given_at) == (choice, VERSIONS["en"], NOW)


@pytest.mark.parametrize(
    ("choice", "signals", "readers"),
    [("own_results", set(Signal), {Reader.SERVER}), ("no_camera", set(), set())],
)
def test_a_choice_is_recorded_with_what_it_allows(choice, signals, readers):
    lesson = make_lesson()
    Policy.objects.update(retention_days=7, sums_days=14, minimum_group_size=6, minimum_age=14)
    consent = services.give_consent(
        lesson_id=lesson.id,
        participant_id=make_participant(lesson=lesson).id,
        choice=choice,
        now=NOW,
        is_old_enough=True,
    )
    assert consent.terms == Terms(frozenset(signals), frozenset(readers), 7, 14, 6, "everybody")
    assert consent.confirmed_age == 14


def test_a_consent_to_older_words_is_none():
    lesson = make_lesson()
    participant = make_participant(lesson=lesson, choice="own_results")
    assert queries.active_consent(lesson.id, participant.id) is not None
    Consent.objects.update(version=VERSIONS["en"] - 1)
    assert queries.active_consent(lesson.id, participant.id) is None
    name, cookie = access.guest_cookie(participant)
    with pytest.raises(ConsentMissing):
        services.enter_lesson(user=AnonymousUser(), cookies={name: cookie}, lesson_id=lesson.id, now=NOW)


def test_a_change_of_mind_ends_the_earlier_choice_and_leaves_it_readable():
    lesson = make_lesson()
    participant = make_participant(lesson=lesson)
    agree(lesson, participant, "own_results")
    agree(lesson, participant, "no_camera")
    assert list(participant.consents.values_list("choice", "ended_at")) == [
        ("own_results", NOW),
        ("no_camera", None),
    ]


def test_a_change_of_mind_throws_away_the_snapshot_that_waits(django_capture_on_commit_callbacks):
    lesson = make_lesson()
    participant = make_participant(lesson=lesson)
    consent = agree(lesson, participant)
    post_snapshot(lesson, consent)
    with django_capture_on_commit_callbacks(execute=True):
        agree(lesson, participant, "no_camera")
    assert mailbox.take(lesson.id, NOW).snapshots == ()
    assert post_snapshot(lesson, consent, opened=False) is mailbox.Posted.REFUSED


@pytest.mark.parametrize(("preset", "minutes", "error"), [("full", 45, LessonClosed), (None, None, NoPolicy)])
def test_what_cannot_be_agreed_to_is_refused_and_leaves_no_row(preset, minutes, error):
    lesson = make_lesson(classroom=make_classroom(school=make_school(preset=preset)), minutes=minutes)
    with pytest.raises(error):
        agree(lesson, make_participant(lesson=lesson), "no_camera")
    assert not Consent.objects.exists()


def test_who_chooses_again_and_again_makes_no_rows_without_end_and_can_still_switch_the_camera_off():
    """Every teacher's screen reads all choices of the lesson."""
    lesson = make_lesson()
    participant = make_participant(lesson=lesson)
    for choice in ("class_mood", "own_results") * (MOST_CHOICES // 2):
        agree(lesson, participant, choice)
    with pytest.raises(TooManyChoices):
        agree(lesson, participant, "class_mood")
    assert agree(lesson, participant, "no_camera").ended_at is None
    with pytest.raises(TooManyChoices):
        agree(lesson, participant, "no_camera")
    services.withdraw_consent(lesson_id=lesson.id, participant_id=participant.id, now=NOW)
    with pytest.raises(TooManyChoices):
        agree(lesson, participant, "no_camera")
    assert Consent.objects.count() == MOST_CHOICES + 1


@pytest.mark.parametrize("choice", ["class_mood", "own_results"])
def test_where_nothing_may_be_read_from_a_picture_no_camera_is_agreed_to(choice):
    lesson = make_lesson(classroom=make_classroom(school=make_school(preset="presence")))
    Policy.objects.update(allows_presence=False)
    with pytest.raises(ChoiceNotAllowed):
        agree(lesson, make_participant(lesson=lesson), choice)


def test_without_any_camera_signal_one_can_still_join_without_camera():
    school = make_school(preset="presence")
    Policy.objects.update(allows_presence=False)
    lesson = make_lesson(classroom=make_classroom(school=school))
    assert agree(lesson, make_participant(lesson=lesson), "no_camera").choice == "no_camera"


def test_nobody_agrees_in_a_classroom_that_is_not_the_own():
    with pytest.raises(PlaceGone):
        agree(make_lesson(), make_participant())


def post_snapshot(lesson, consent, *, opened=True):
    """One snapshot of this consent's participant into the mailbox."""

    async def post():
        if opened:
            await mailbox.open_for(lesson.id, consent.participant_id, consent.id)
        snapshot = mailbox.Snapshot(consent.participant_id, consent.id, MONDAY, b"\xff\xd8\xff")
        return await mailbox.post(lesson.id, snapshot, NOW)

    return async_to_sync(post)()


# --- withdrawing -----------------------------------------------------------------------------------------


def test_withdrawing_deletes_everything_measured_or_said_and_nothing_of_others():
    lesson = make_lesson()
    own, other = (make_participant(lesson=lesson, choice="own_results") for _ in range(2))
    for participant in (own, other):
        measure(participant.consents.get())
        make_flag(lesson=lesson, participant=participant)
        Hint.objects.create(lesson=lesson, participant=participant, at=NOW, kind="persistently_sad")
        SelfReport.objects.create(lesson=lesson, participant=participant, at=NOW, kind="lost")

    receipt = withdraw(lesson, own)

    assert (receipt.readings, receipt.bins, receipt.self_reports, receipt.flags) == (4, 1, 1, 1)
    assert receipt.at == NOW
    for model in (Reading, ParticipantState, RollupBin, Flag, Hint, SelfReport):
        assert set(model.objects.values_list("participant", flat=True)) == {other.id}, model


def test_withdrawing_deletes_under_every_choice_made_in_this_lesson():
    lesson = make_lesson()
    participant = make_participant(lesson=lesson, choice="own_results")
    measure(participant.consents.get())
    agree(lesson, participant, "class_mood")
    assert withdraw(lesson, participant).readings == 4
    assert set(participant.consents.values_list("was_withdrawn", flat=True)) == {True}


def test_withdrawing_marks_every_choice_made_in_this_lesson_whenever_it_ended():
    lesson = make_lesson()
    participant = make_participant(lesson=lesson, choice="own_results")
    participant.consents.update(ended_at=NOW - timedelta(minutes=5))
    agree(lesson, participant, "class_mood")
    withdraw(lesson, participant)
    assert set(participant.consents.values_list("was_withdrawn", "ended_at")) == {
        (True, NOW - timedelta(minutes=5)),
        (True, NOW),
    }


def test_the_mailbox_is_closed_before_anything_is_deleted():
    """What comes after the end of the transaction is left out here: nobody waits for it."""
    lesson = make_lesson()
    participant = make_participant(lesson=lesson)
    consent = agree(lesson, participant)
    post_snapshot(lesson, consent)
    withdraw(lesson, participant)
    assert mailbox.take(lesson.id, NOW).snapshots == ()
    assert post_snapshot(lesson, consent, opened=False) is mailbox.Posted.REFUSED


def test_withdrawing_from_one_lesson_leaves_the_others():
    participant = make_participant()
    earlier = make_lesson(classroom=participant.classroom, minutes=45)
    today = make_lesson(classroom=participant.classroom, started_at=MONDAY + timedelta(days=1))
    for lesson in (earlier, today):
        measure(make_consent(lesson=lesson, participant=participant))
    withdraw(today, participant)
    assert set(Reading.objects.values_list("lesson", flat=True)) == {earlier.id}


def test_what_was_posted_while_a_withdrawal_ran_is_thrown_away_too(django_capture_on_commit_callbacks):
    """A socket may open the mailbox again before the end of the consent is committed."""
    lesson = make_lesson()
    participant = make_participant(lesson=lesson)
    consent = agree(lesson, participant)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(lesson, participant)
        assert post_snapshot(lesson, consent) is not mailbox.Posted.REFUSED
    assert mailbox.take(lesson.id, NOW).snapshots == ()
    assert post_snapshot(lesson, consent, opened=False) is mailbox.Posted.REFUSED


def told(lesson, sharers, *, step):
    """A step of the grid at which the figures of `sharers` were told."""
    shared = {**SHARED, "counted": len(sharers), "engaged": len(sharers)}
    return MoodPoint.objects.create(
        lesson=lesson, at=MONDAY + timedelta(seconds=step), words=WORDS, shared=shared
    )


def test_the_figures_of_those_who_share_are_told_again_without_who_withdrew():
    lesson = make_lesson()
    sharers = [make_participant(lesson=lesson, choice="own_results") for _ in range(6)]
    for one in sharers[:5]:
        measure(one.consents.get(), range(10))
    measure(sharers[5].consents.get(), range(10))
    RollupBin.objects.filter(participant=sharers[5]).update(engaged=0, away=10, engagement_permille=0)
    point = told(lesson, sharers, step=10)
    withdraw(lesson, sharers[5])
    point.refresh_from_db()
    assert (point.shared["counted"], point.shared["engaged"], point.shared["away"]) == (5, 5, 0)
    assert point.shared["engagement"] > 0.9, "the sixth, at 0, is out of the mean"
    assert sum(point.shared["expression_shares"]) == pytest.approx(1, abs=0.15)
    assert point.words == WORDS


def test_of_fewer_than_the_smallest_group_nothing_is_told_again():
    lesson = make_lesson()
    sharers = [make_participant(lesson=lesson, choice="own_results") for _ in range(5)]
    for one in sharers:
        measure(one.consents.get(), range(10))
    point = told(lesson, sharers, step=10)
    MoodGroup.objects.create(lesson=lesson, shared=point.shared, shared_at=point.at)
    withdraw(lesson, sharers[0])
    point.refresh_from_db()
    assert point.shared is None
    assert MoodGroup.objects.get().shared is None


def test_a_step_that_told_nothing_of_those_who_share_tells_nothing_afterwards():
    lesson = make_lesson()
    sharers = [make_participant(lesson=lesson, choice="own_results") for _ in range(6)]
    for one in sharers:
        measure(one.consents.get(), range(10))
    point = MoodPoint.objects.create(lesson=lesson, at=MONDAY + timedelta(seconds=10), words=WORDS)
    withdraw(lesson, sharers[0])
    point.refresh_from_db()
    assert (point.words, point.shared) == (WORDS, None)


def test_who_was_class_only_leaves_the_group_and_every_figure_of_those_who_share_as_it_is():
    lesson = make_lesson()
    own, *others = [make_participant(lesson=lesson, choice="class_mood").id for _ in range(6)]
    point = told(lesson, others, step=10)
    MoodGroup.objects.create(
        lesson=lesson, counted=[own, *others], last_counted=[own, *others], words=WORDS, words_at=MONDAY
    )
    services.withdraw_consent(lesson_id=lesson.id, participant_id=own, now=NOW)
    group = MoodGroup.objects.get()
    assert (group.counted, sorted(group.last_counted)) == ([], [-1, *others])
    assert group.words == WORDS
    point.refresh_from_db()
    assert point.shared["counted"] == 5


def test_those_who_were_counted_with_who_withdrew_are_told(monkeypatch, django_capture_on_commit_callbacks):
    messages = []
    monkeypatch.setattr(events, "announce_to_participant", lambda *sent: messages.append(sent))
    lesson = make_lesson()
    own, *others = [make_participant(lesson=lesson, choice="class_mood").id for _ in range(5)]
    MoodGroup.objects.create(lesson=lesson, counted=[own, *others], last_counted=[own, *others])
    with django_capture_on_commit_callbacks(execute=True):
        services.withdraw_consent(lesson_id=lesson.id, participant_id=own, now=NOW)
    nothing = {"type": "counted", "counted_with": None}
    assert messages == [(lesson.id, one, nothing) for one in (own, *others)]


def test_a_change_of_the_group_is_told_to_those_in_it_and_those_who_left(
    monkeypatch, django_capture_on_commit_callbacks
):
    messages = []
    monkeypatch.setattr(events, "announce_to_participant", lambda *sent: messages.append(sent))
    lesson = make_lesson()
    account, known, new, gone = (make_participant(lesson=lesson).id for _ in range(4))
    now, standings = frozenset({account, known, new}), {account: "account", known: "known", new: "new"}
    with django_capture_on_commit_callbacks(execute=True):
        services.announce_counted(lesson, frozenset({account, gone}), now, standings)
        services.announce_counted(lesson, now, now, standings)
    company = {"accounts": 1, "known": 1, "new": 1}
    assert messages == [
        (lesson.id, gone, {"type": "counted", "counted_with": None}),
        *((lesson.id, one, {"type": "counted", "counted_with": company}) for one in sorted(now)),
    ]


def test_withdrawing_deletes_what_the_administrations_log_says_of_the_student_and_of_the_flag():
    lesson = make_lesson()
    own, other = (make_participant(lesson=lesson, choice="own_results") for _ in range(2))
    flags = {one.id: make_flag(lesson=lesson, participant=one) for one in (own, other)}
    for participant in (own, other):
        note_in_admin_log(lesson, flags[participant.id])
        note_in_admin_log(lesson, participant)
    withdraw(lesson, own)
    about = set(LogEntry.objects.values_list("content_type__model", "object_id"))
    assert about == {("flag", str(flags[other.id].id)), ("participant", str(other.id))}


def test_withdrawing_twice_is_no_error_and_finds_nothing_more():
    lesson = make_lesson()
    participant = make_participant(lesson=lesson, choice="own_results")
    measure(participant.consents.get())
    withdraw(lesson, participant)
    again = withdraw(lesson, participant)
    assert (again.readings, again.bins, again.self_reports, again.flags) == (0, 0, 0, 0)


def test_after_a_withdrawal_one_may_come_back_as_new():
    lesson = make_lesson()
    participant = make_participant(lesson=lesson, choice="own_results")
    withdraw(lesson, participant)
    measure(agree(lesson, participant, "class_mood"))
    assert Reading.objects.count() == 4


def test_withdrawing_after_the_lesson_has_its_report_written_again(django_capture_on_commit_callbacks, sent):
    lesson = make_lesson(minutes=45, report_state="ready")
    participant = make_participant(lesson=lesson, choice="own_results")
    Report.objects.create(lesson=lesson, built_at=NOW, summary={"about": participant.display_name})
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(lesson, participant)
    assert not Report.objects.exists()
    assert Lesson.objects.get().report_state == Lesson.ReportState.PENDING
    assert sent == [lesson.id]


def test_a_report_that_was_being_written_meanwhile_does_not_become_ready():
    lesson = make_lesson(minutes=45)
    participant = make_participant(lesson=lesson, choice="own_results")
    assert services.claim_report(lesson_id=lesson.id, now=NOW)
    withdraw(lesson, participant)
    services.finish_report(lesson_id=lesson.id, claimed_at=NOW, state=Lesson.ReportState.READY)
    assert Lesson.objects.get().report_state == Lesson.ReportState.PENDING


def test_withdrawing_throws_away_the_snapshot_that_waits(django_capture_on_commit_callbacks):
    lesson = make_lesson()
    participant = make_participant(lesson=lesson, choice="own_results")
    consent = participant.consents.get()
    post_snapshot(lesson, consent)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(lesson, participant)
    assert mailbox.take(lesson.id, NOW).snapshots == ()
    assert post_snapshot(lesson, consent, opened=False) is mailbox.Posted.REFUSED


# --- saying something by one tap -------------------------------------------------------------------------


def say(lesson, participant, kind="lost", now=NOW):
    return services.report_self(lesson_id=lesson.id, participant_id=participant.id, kind=kind, now=now)


@pytest.mark.parametrize("choice", Consent.Choice.values)
def test_everybody_who_joined_can_say_how_it_goes(choice):
    lesson = make_lesson()
    say(lesson, make_participant(lesson=lesson, choice=choice))
    assert SelfReport.objects.get().kind == "lost"


def test_a_self_report_carries_lesson_time():
    lesson = make_lesson(speed=10)
    report = say(lesson, make_participant(lesson=lesson, choice="no_camera"))
    assert report.at == MONDAY + timedelta(minutes=100)


@pytest.mark.parametrize(
    ("preset", "minutes", "choice", "kind", "error"),
    [
        ("full", None, "no_camera", "bored", UnknownSelfReport),
        ("full", 45, "no_camera", "lost", LessonClosed),
        (None, None, "no_camera", "lost", NoPolicy),
        ("full", None, None, "lost", ConsentMissing),
    ],
)
def test_what_cannot_be_said_is_refused_by_name(preset, minutes, choice, kind, error):
    classroom = make_classroom(school=make_school(preset=preset))
    lesson = make_lesson(classroom=classroom, minutes=minutes)
    with pytest.raises(error):
        say(lesson, make_participant(lesson=lesson, choice=choice), kind)
    assert not SelfReport.objects.exists()


def test_a_policy_may_forbid_self_reports():
    lesson = make_lesson()
    Policy.objects.update(allows_self_report=False)
    with pytest.raises(SelfReportNotAllowed):
        say(lesson, make_participant(lesson=lesson, choice="no_camera"))


def test_who_withdrew_says_nothing_more():
    lesson = make_lesson(started_at=timezone.now())
    participant = make_participant(lesson=lesson, choice="no_camera")
    withdraw(lesson, participant)
    with pytest.raises(ConsentMissing):
        say(lesson, participant)


def test_a_policy_that_widens_between_reading_and_agreeing_is_not_agreed_to():
    school = make_school(preset="presence")
    lesson = make_lesson(classroom=make_classroom(school=school))
    participant = make_participant(lesson=lesson)
    read = school.policy.terms
    wider = {"preset": "full", "readers": "either", "minimum_group_size": 3, "retention_days": 90}
    services.choose_policy(school=school, now=NOW, **wider, **LAWFUL)
    consent = services.give_consent(
        lesson_id=lesson.id, participant_id=participant.id, choice="own_results", read=read, now=NOW
    )
    assert consent.terms == read


def test_who_agreed_under_accounts_only_is_asked_before_guests_count_beside():
    """The choice did not say then that anyone with the link can add false students."""
    school = make_school()
    Policy.objects.update(counted="accounts")
    lesson = make_lesson(classroom=make_classroom(school=school), started_at=NOW)
    student = make_participant(classroom=lesson.classroom, user=make_user(school=school))
    consent = agree(lesson, student, "class_mood")
    Policy.objects.update(counted="everybody")
    for _ in range(5):
        agree(lesson, make_participant(classroom=lesson.classroom), "class_mood")
    policy = Policy.objects.get()
    counting = disclosure.counting(Consent.objects.active(), policy)
    assert queries.asks_again(policy.terms, consent)
    assert counting == [consent]
    again = agree(lesson, student, "class_mood")
    assert not queries.asks_again(policy.terms, again)
    assert len(disclosure.counting(Consent.objects.active(), policy)) == 6
