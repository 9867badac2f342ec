"""Where a guardian has to agree, a camera is nothing until one has, and nothing again when one withdraws."""

from datetime import timedelta

import pytest
from django.core import mail

from classroom import disclosure, queries, services
from classroom.disclosure import needs_guardian
from classroom.errors import (
    ClassSuspended,
    GuardianLinkClosed,
    GuardianMissing,
    NoGuardianNeeded,
    OnlySchoolAsks,
    SchoolHasToAsk,
    TermsChanged,
    TooManyGuardianLinks,
    TooManyGuardianMails,
    TooManyLinkTries,
)
from classroom.models import (
    AccountChange,
    Consent,
    GuardianAnswer,
    GuardianLink,
    Participant,
    Policy,
    Reading,
    School,
    SelfReport,
)
from classroom.models.guardians import GUARDIAN_LINK_LASTS, GUARDIAN_VERSION
from classroom.queries import Asking
from classroom.services.guardians import hand_on_to_account
from classroom.terms import Reader
from classroom.wire.measurement import Measurement
from emotion.values import Signal
from reports.shown import shown_signals
from tests.analyses import attentive
from tests.factories import (
    MONDAY,
    make_admin,
    make_classroom,
    make_consent,
    make_lesson,
    make_participant,
    make_school,
    make_user,
)
from tests.upkeep import delete_past_retention

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)
LATER = NOW + timedelta(minutes=5)
NO_CAMERA, CLASS_MOOD, OWN = Consent.Choice.values
HERE = "192.0.2.7"


@pytest.fixture
def lesson():
    found = make_lesson()
    Policy.objects.update(requires_guardian_consent=True)
    found.refresh_from_db()
    return found


def place_of(lesson, **fields):
    return with_school(make_participant(lesson=lesson, **fields))


def with_school(place):
    return Participant.objects.select_related("classroom__school__policy").get(id=place.id)


def ask(place, *, by_school=False, now=NOW):
    return services.make_guardian_link(place=place, by_school=by_school, now=now)


def ward(token, *, is_own=False, now=NOW):
    return services.ward_behind(token=token, is_own=is_own, address=HERE, now=now)


def answer(place, choice=OWN, *, by_school=True, now=NOW):
    """A guardian's answer by a new link, of the school unless said otherwise; its lasting token."""
    found = ward(ask(place, by_school=by_school, now=now), now=now)
    _answer, own = services.answer_guardian(
        link_id=found.link.id, choice=choice, name="Ada", relation="mother", read=found.policy.terms, now=now
    )
    return own


def withdraw(own, *, erases=True, now=LATER):
    return services.withdraw_answer(link_id=ward(own, is_own=True, now=now).link.id, erases=erases, now=now)


def agree(lesson, place, choice=OWN, now=NOW):
    return services.give_consent(lesson_id=lesson.id, participant_id=place.id, choice=choice, now=now)


def measure(consent, at=None):
    taken = consent.given_at + timedelta(seconds=1) if at is None else at
    one = Measurement(consent.participant_id, consent.id, taken, attentive())
    return services.record_readings(lesson_id=consent.lesson_id, measurements=[one])


def read_of(consent):
    return queries.allowed_signals(consent.lesson_id, [consent.id], NOW).get(consent.id)


def asking(place, *, alike=False, now=NOW):
    policy = queries.policy_chosen(place.classroom.school)
    return queries.askings(policy, place.classroom.school_id, [place], now, alike=alike)[place.id]


# --- what a camera is good for ---------------------------------------------------------------------------


def test_without_an_answer_there_is_no_camera_and_the_same_lesson(lesson):
    place = place_of(lesson)
    policy = queries.policy_for(lesson, place)
    assert queries.ways(place, lesson, policy) == (NO_CAMERA,)
    for choice in (CLASS_MOOD, OWN):
        with pytest.raises(GuardianMissing):
            agree(lesson, place, choice)
    assert agree(lesson, place, NO_CAMERA).choice == NO_CAMERA


@pytest.mark.parametrize(
    ("allowed", "offered"),
    [(NO_CAMERA, (NO_CAMERA,)), (CLASS_MOOD, (NO_CAMERA, CLASS_MOOD)), (OWN, (NO_CAMERA, CLASS_MOOD, OWN))],
)
def test_of_guardian_and_student_the_narrower_counts(lesson, allowed, offered):
    place = place_of(lesson)
    answer(place, allowed)
    assert queries.ways(place, lesson, queries.policy_for(lesson, place)) == offered


def test_a_students_own_agreement_opens_nothing_by_itself(lesson):
    """A choice that stands from before guardians were asked, by whichever way it is read and shown."""
    consent = make_consent(lesson=lesson, participant=place_of(lesson), guardian_confirmed=True)
    assert read_of(consent) == frozenset()
    assert queries.student_state(lesson, consent, NOW)["camera_refused"] == "no_guardian"
    assert queries.terms_under(lesson, consent) is None
    assert shown_signals(lesson) == {consent.participant_id: frozenset()}
    assert measure(consent) == 0
    assert not Reading.objects.exists()


def test_both_agreed_and_it_is_read_and_shown(lesson):
    place = place_of(lesson)
    answer(place)
    consent = agree(lesson, place)
    assert read_of(consent) == frozenset(Signal)
    assert measure(consent) == 1
    assert shown_signals(lesson) == {place.id: frozenset(Signal)}


def test_no_more_is_agreed_to_than_the_guardian_read(lesson):
    place = place_of(lesson)
    answer(place)
    GuardianAnswer.objects.update(signals=["presence"], retention_days=3)
    consent = agree(lesson, place)
    assert (consent.signals, consent.retention_days) == (["presence"], 3)
    assert read_of(consent) == {Signal.PRESENCE}
    assert queries.student_state(lesson, consent, NOW)["asks_again"] is False


@pytest.mark.parametrize("readers", [["browser"], ["server"]])
def test_a_place_of_reading_that_the_guardian_did_not_read_of_is_none(lesson, readers):
    place = place_of(lesson)
    Policy.objects.update(readers="either")
    lesson = type(lesson).objects.get(id=lesson.id)
    answer(with_school(place))
    consent = agree(lesson, place)
    GuardianAnswer.objects.update(readers=readers)
    camera = queries.camera_under(lesson, consent)
    assert [one for one in Reader if camera.allowed(one)] == readers


def test_an_answer_to_older_words_opens_nothing(lesson):
    place = place_of(lesson)
    answer(place)
    consent = agree(lesson, place)
    GuardianAnswer.objects.update(version=GUARDIAN_VERSION - 1)
    assert read_of(consent) == frozenset()
    assert asking(place) == Asking.ASK_AGAIN


def test_a_wider_policy_asks_the_guardian_again_and_reads_no_more_until_then(lesson):
    Policy.objects.update(allows_expression=False, preset="attention")
    place = place_of(lesson)
    answer(place)
    consent = agree(type(lesson).objects.get(id=lesson.id), place)
    Policy.objects.update(allows_expression=True, preset="full")
    assert asking(with_school(place)) == Asking.ASK_AGAIN
    assert read_of(consent) == {Signal.PRESENCE, Signal.ATTENTION}
    state = queries.student_state(type(lesson).objects.get(id=lesson.id), consent, NOW)
    assert state["asks_again"] is False


def test_a_guardian_who_allows_more_has_the_student_asked_again(lesson):
    place = place_of(lesson)
    answer(place)
    GuardianAnswer.objects.update(signals=["presence"])
    consent = agree(lesson, place)
    answer(place, now=LATER)
    assert queries.student_state(lesson, consent, LATER)["asks_again"] is True


@pytest.mark.parametrize("fields", [{"is_trial": True}, {"is_simulated": True}])
def test_staff_who_try_it_and_rendered_students_wait_for_nobody(lesson, fields):
    place = place_of(lesson, **fields)
    assert not needs_guardian(queries.school_policy(lesson), place)
    consent = make_consent(lesson=lesson, participant=place)
    assert read_of(consent) == frozenset(Signal)


def test_where_nothing_is_read_nobody_is_asked():
    lesson = make_lesson(classroom=make_classroom(school=make_school(preset="self_report")))
    Policy.objects.update(requires_guardian_consent=True)
    with pytest.raises(NoGuardianNeeded):
        ask(place_of(lesson))


def test_the_rules_want_a_guardian_whatever_was_ticked(lesson):
    Policy.objects.update(
        requires_guardian_consent=False, ages=["under_13"], ground="x", decided_by="y", decided_on=NOW
    )
    policy = queries.school_policy(type(lesson).objects.get(id=lesson.id))
    assert (policy.requires_guardian_consent, policy.school_asks_guardians) == (True, True)
    Policy.objects.update(precedes_rules=True)
    policy = queries.school_policy(type(lesson).objects.get(id=lesson.id))
    assert (policy.requires_guardian_consent, policy.school_asks_guardians) == (False, False)


# --- whose answer it is ----------------------------------------------------------------------------------


def test_the_family_of_an_account_is_asked_once_for_all_classes_of_its_school(lesson):
    user = make_user(school=lesson.classroom.school)
    here = place_of(lesson, user=user)
    there = with_school(
        make_participant(classroom=make_classroom(teacher=lesson.classroom.teacher), user=user)
    )
    answer(here)
    assert asking(there) == Asking.AGREED
    Participant.objects.filter(id=here.id).delete()
    assert asking(there) == Asking.AGREED


def test_another_school_does_not_inherit_an_answer(lesson):
    user = make_user(school=lesson.classroom.school)
    answer(place_of(lesson, user=user))
    other = make_lesson()
    Policy.objects.update(requires_guardian_consent=True)
    assert asking(place_of(other, user=user)) == Asking.NOT_ASKED


def test_a_guests_answer_is_of_one_place_alone(lesson):
    place, other = place_of(lesson), place_of(lesson)
    answer(place)
    assert [asking(one) for one in (place, other)] == [Asking.AGREED, Asking.NOT_ASKED]


def test_who_takes_a_place_over_by_a_way_back_is_nobodys_child_yet(lesson):
    place = place_of(lesson)
    answer(place)
    Participant.objects.filter(id=place.id).update(held_since=LATER)
    place = with_school(place)
    assert asking(place) == Asking.NOT_ASKED
    assert queries.ways(place, lesson, queries.policy_for(lesson, place)) == (NO_CAMERA,)


@pytest.mark.parametrize(("choice", "left"), [(OWN, Asking.NOT_ASKED), (NO_CAMERA, Asking.REFUSED)])
def test_an_account_that_types_a_name_of_the_roster_gets_its_place_and_nobodys_agreement(
    lesson, choice, left
):
    """It would else open the account's camera in every class of the school."""
    place = place_of(lesson, display_name="Kim", is_expected=True)
    own = answer(place, choice)
    user = make_user(school=lesson.classroom.school)
    taken = services.join_classroom(classroom=lesson.classroom, display_name="Kim", user=user, now=NOW)
    assert taken.id == place.id
    assert asking(with_school(taken)) == left
    with pytest.raises(GuardianLinkClosed):
        ward(own, is_own=True, now=LATER)
    with pytest.raises(GuardianMissing):
        agree(lesson, taken)


def test_a_letter_for_a_name_of_the_roster_opens_nothing_of_the_account_that_typed_it(lesson):
    place = place_of(lesson, display_name="Kim", is_expected=True)
    letter = ask(place, by_school=True)
    user = make_user(school=lesson.classroom.school)
    services.join_classroom(classroom=lesson.classroom, display_name="Kim", user=user, now=NOW)
    with pytest.raises(GuardianLinkClosed):
        ward(letter)


@pytest.mark.parametrize("is_closed", [False, True])
def test_an_answer_goes_with_the_account_of_the_platforms_number_unless_the_own_guardian_refused(
    lesson, is_closed
):
    user = make_user(school=lesson.classroom.school)
    if is_closed:
        answer(place_of(lesson, user=user), NO_CAMERA)
    other = make_lesson(classroom=make_classroom(teacher=lesson.classroom.teacher))
    place = place_of(other, is_expected=True, platform_subject="s1")
    answer(place, now=LATER)
    hand_on_to_account(place, user.id)
    Participant.objects.filter(id=place.id).update(user=user, is_expected=False)
    assert asking(with_school(place)) == (Asking.REFUSED if is_closed else Asking.AGREED)


@pytest.fixture
def came():
    """A guest types the name of a place on the roster, between NOW and LATER."""

    def come(place):
        taken = services.join_classroom(classroom=place.classroom, display_name=place.display_name, now=NOW)
        assert taken.id == place.id and taken.came_at is not None
        Participant.objects.filter(id=taken.id).update(came_at=LATER - timedelta(seconds=1))
        return with_school(taken)

    return come


def test_a_guest_who_types_a_name_whose_guardian_agreed_opens_no_camera_by_it(lesson, came):
    place = place_of(lesson, display_name="Kim", is_expected=True)
    answer(place)
    taken = came(place)
    assert queries.ways(taken, lesson, queries.policy_for(lesson, taken)) == (NO_CAMERA,)
    with pytest.raises(GuardianMissing):
        agree(lesson, taken)
    assert agree(lesson, taken, NO_CAMERA).choice == NO_CAMERA, "taps go on meanwhile"


@pytest.mark.parametrize("choice", [NO_CAMERA, None])
def test_a_guest_who_types_a_name_has_the_refusal_that_waits_for_it(lesson, came, choice):
    place = place_of(lesson, display_name="Kim", is_expected=True)
    own = answer(place, choice or OWN)
    if choice is None:
        withdraw(own, now=NOW)
    taken = came(place)
    assert asking(taken) == (Asking.REFUSED if choice else Asking.WITHDRAWN)
    with pytest.raises(GuardianMissing):
        agree(lesson, taken)


def test_a_guardian_who_knows_that_the_child_came_opens_the_camera(lesson, came):
    place = place_of(lesson, display_name="Kim", is_expected=True)
    own, letter = answer(place), ask(place, by_school=True)
    came(place)
    for found in (ward(own, is_own=True, now=LATER), ward(letter, now=LATER)):
        assert found.came_by_name is not None
    services.change_answer(
        link_id=ward(own, is_own=True, now=LATER).link.id,
        choice=OWN,
        name="Ada",
        relation="mother",
        read=found.policy.terms,
        now=LATER,
    )
    taken = with_school(place)
    assert asking(taken) == Asking.AGREED
    assert agree(lesson, taken, now=LATER).choice == OWN


@pytest.mark.parametrize("choice", [OWN, NO_CAMERA])
def test_of_a_name_that_was_typed_a_teacher_reads_alike_whatever_was_answered_before(lesson, came, choice):
    """Who read "not asked" of those alone that had agreed would know who had refused."""
    place = place_of(lesson, display_name="Kim", is_expected=True)
    answer(place, choice)
    assert asking(came(place), alike=True) == Asking.ASK_AGAIN


def test_whoever_typed_a_name_does_not_read_who_agreed_for_it_and_the_school_does(lesson, came):
    place = place_of(lesson, display_name="Kim", is_expected=True)
    answer(place)
    taken, school_id = came(place), lesson.classroom.school_id
    assert queries.guardian_records(school_id, taken) == ()
    (told,) = queries.guardian_records(school_id, taken, for_school=True)
    assert (told.guardian_name, told.counts) == ("Ada", False)


def test_a_merge_with_an_older_place_makes_no_agreement_older_than_the_name_was_typed(lesson, came):
    older = place_of(lesson)
    Participant.objects.filter(id=older.id).update(created_at=NOW - timedelta(days=30))
    place = place_of(lesson, display_name="Kim", is_expected=True)
    answer(place)
    came(place)
    kept = services.merge_participants(
        one_id=older.id, other_id=place.id, name_of=place.id, by=lesson.classroom.teacher, now=LATER
    )
    assert asking(with_school(kept)) != Asking.AGREED


def test_a_guardian_of_whoever_had_the_place_before_answers_for_nobody_who_took_it_over(lesson):
    place = place_of(lesson)
    letter, own = ask(place), answer(place)
    Participant.objects.filter(id=place.id).update(held_since=LATER)
    for token, is_own in ((letter, False), (own, True)):
        with pytest.raises(GuardianLinkClosed):
            ward(token, is_own=is_own, now=LATER)
    place = with_school(place)
    assert asking(place, now=LATER) == Asking.NOT_ASKED
    assert ward(ask(place, now=LATER), now=LATER).place == place
    assert asking(place, now=LATER) == Asking.ASKED


@pytest.mark.parametrize(("choice", "left"), [(OWN, Asking.REFUSED), (NO_CAMERA, Asking.REFUSED)])
def test_who_types_a_name_whose_guardian_agreed_opens_no_camera_that_the_own_guardian_closed(
    lesson, choice, left
):
    user = make_user(school=lesson.classroom.school)
    answer(place_of(lesson, user=user), NO_CAMERA)
    other = make_lesson(classroom=make_classroom(teacher=lesson.classroom.teacher))
    ben = place_of(other, display_name="Ben", is_expected=True)
    own = answer(ben, choice, now=LATER)
    taken = services.join_classroom(classroom=other.classroom, display_name="Ben", user=user, now=LATER)
    assert taken.id == ben.id
    assert asking(with_school(taken)) == left
    if choice == OWN:
        with pytest.raises(GuardianLinkClosed):
            ward(own, is_own=True, now=LATER)


@pytest.mark.parametrize(("choice", "left"), [(OWN, Asking.NOT_ASKED), (NO_CAMERA, Asking.REFUSED)])
def test_making_two_places_one_closes_a_camera_and_never_opens_one(lesson, choice, left):
    goes, stays = place_of(lesson, is_expected=True), place_of(lesson)
    answer(goes, choice)
    kept = services.merge_participants(
        one_id=goes.id, other_id=stays.id, name_of=stays.id, by=lesson.classroom.teacher, now=LATER
    )
    assert kept.id == stays.id
    assert asking(with_school(kept)) == left


def test_with_the_last_place_of_an_account_its_answers_go(lesson):
    user = make_user(school=lesson.classroom.school)
    places = [
        place_of(lesson, user=user),
        make_participant(classroom=make_classroom(teacher=lesson.classroom.teacher), user=user),
    ]
    answer(places[0])
    services.erase_own_place(participant_id=places[0].id, now=LATER)
    assert GuardianAnswer.objects.exists()
    services.erase_own_place(participant_id=places[1].id, now=LATER)
    assert not GuardianAnswer.objects.exists()
    assert not GuardianLink.objects.exists()


def test_with_a_guests_place_everything_about_it_goes(lesson):
    place = place_of(lesson)
    answer(place)
    services.erase_own_place(participant_id=place.id, now=LATER)
    assert not (GuardianAnswer.objects.exists() or GuardianLink.objects.exists())


# --- the link --------------------------------------------------------------------------------------------


def test_a_token_stands_in_no_row_and_names_nobody(lesson):
    place = place_of(lesson, display_name="Kim Li")
    token = ask(place)
    assert len(token) > 40
    assert token not in str(GuardianLink.objects.values().get())
    assert ward(token).first_name == "Kim"


def test_a_link_works_once(lesson):
    token = ask(place_of(lesson))
    found = ward(token)
    given = {"choice": OWN, "name": "Ada", "relation": "mother", "read": found.policy.terms, "now": NOW}
    services.answer_guardian(link_id=found.link.id, **given)
    with pytest.raises(GuardianLinkClosed):
        services.answer_guardian(link_id=found.link.id, **given)
    with pytest.raises(GuardianLinkClosed):
        ward(token)


def test_a_link_ends_after_a_month_and_is_made_anew(lesson):
    place = place_of(lesson)
    token = ask(place)
    end = NOW + GUARDIAN_LINK_LASTS
    ward(token, now=end - timedelta(seconds=1))
    with pytest.raises(GuardianLinkClosed):
        ward(token, now=end)
    assert asking(place, now=end) == Asking.EXPIRED
    ward(ask(place, now=end), now=end)


def test_a_new_link_ends_the_one_before_of_the_same_hand_only(lesson):
    place = place_of(lesson)
    letter, first, second = ask(place, by_school=True), ask(place), ask(place)
    with pytest.raises(GuardianLinkClosed):
        ward(first)
    assert ward(second).link.by_school is False
    assert ward(letter).link.by_school is True
    services.end_guardian_links(place=place, now=NOW)
    for token in (letter, second):
        with pytest.raises(GuardianLinkClosed):
            ward(token)


def test_an_asking_link_is_no_lasting_one_nor_the_other_way_round(lesson):
    place = place_of(lesson)
    token, own = ask(place), answer(place)
    with pytest.raises(GuardianLinkClosed):
        ward(token, is_own=True)
    with pytest.raises(GuardianLinkClosed):
        ward(own)


def test_where_only_the_school_asks_no_student_makes_a_link(lesson):
    Policy.objects.update(school_asks_guardians=True)
    place = place_of(lesson)
    with pytest.raises(OnlySchoolAsks):
        ask(place)
    assert ward(ask(place, by_school=True)).place == place


def test_from_the_day_only_the_school_asks_a_link_that_a_student_handed_on_opens_no_camera(lesson):
    """What was agreed to by one counts no more, and a change of it neither; to withdraw does."""
    place, other = place_of(lesson), place_of(lesson)
    handed_on, own = ask(other), answer(place, by_school=False)
    consent = agree(lesson, place)
    Policy.objects.update(school_asks_guardians=True)
    place = with_school(place)
    assert asking(place) == asking(place, alike=True) == Asking.ASK_AGAIN
    assert not read_of(consent)
    assert queries.ways(place, lesson, queries.policy_chosen(place.classroom.school)) == (NO_CAMERA,)
    with pytest.raises(SchoolHasToAsk):
        ward(handed_on)
    assert asking(with_school(other)) == Asking.NOT_ASKED
    found = ward(own, is_own=True)
    with pytest.raises(SchoolHasToAsk):
        services.change_answer(
            link_id=found.link.id, choice=OWN, name="", relation="", read=found.policy.terms, now=LATER
        )
    assert withdraw(own).kind == GuardianAnswer.Kind.WITHDRAWN
    answer(place, now=LATER)
    assert asking(place) == Asking.AGREED


def test_of_a_suspended_school_nobody_is_asked(lesson):
    place = place_of(lesson)
    School.objects.update(suspended_at=NOW)
    with pytest.raises(ClassSuspended):
        ask(with_school(place))
    assert not GuardianLink.objects.exists()


def test_a_student_makes_ten_links_an_hour(lesson):
    place = place_of(lesson)
    for _ in range(10):
        ask(place)
    with pytest.raises(TooManyGuardianLinks):
        ask(place)
    ask(place, now=NOW + timedelta(hours=1))


def test_guessing_is_slow_and_a_right_link_waits_for_nobodys_guesses(lesson):
    token = ask(place_of(lesson))
    for number in range(10):
        with pytest.raises(GuardianLinkClosed):
            ward(f"guess{number}")
    with pytest.raises(TooManyLinkTries):
        ward("guess10")
    ward(token)
    with pytest.raises(GuardianLinkClosed):
        ward("guess10", now=NOW + timedelta(minutes=1))


def test_a_link_that_was_used_is_no_guess(lesson):
    """After a parents' evening many come back to theirs, behind the school's one address."""
    place = place_of(lesson)
    used = ask(place)
    ask(place)
    for _ in range(11):
        with pytest.raises(GuardianLinkClosed):
            ward(used)


def test_a_mail_holds_the_link_and_the_school_and_is_sent_three_times_a_day(lesson, settings):
    settings.EMAIL_HOST = "mail.example.org"
    place = place_of(lesson, display_name="Kim Li")
    for _ in range(3):
        services.mail_guardian(place=place, address="ada@example.org", link="https://x/1", now=NOW)
    with pytest.raises(TooManyGuardianMails):
        services.mail_guardian(place=place, address="ada@example.org", link="https://x/1", now=NOW)
    assert [one.to for one in mail.outbox] == [["ada@example.org"]] * 3
    text = mail.outbox[0].subject + mail.outbox[0].body
    assert lesson.classroom.school.name in text
    assert "https://x/1" in text
    assert "Kim" not in text
    assert lesson.classroom.name not in text


# --- answering -------------------------------------------------------------------------------------------


def test_an_answer_is_a_row_that_never_changes(lesson):
    place = place_of(lesson)
    own = answer(place, CLASS_MOOD)
    first = GuardianAnswer.objects.values().get()
    services.change_answer(
        link_id=ward(own, is_own=True).link.id,
        choice=OWN,
        name="Ada",
        relation="mother",
        read=queries.policy_chosen(place.classroom.school).terms,
        now=LATER,
    )
    assert GuardianAnswer.objects.order_by("id").values().first() == first
    assert [one.choice for one in GuardianAnswer.objects.all()] == [CLASS_MOOD, OWN]
    records = queries.guardian_records(place.classroom.school_id, place)
    assert [(one.choice, one.counts, one.guardian_name) for one in records] == [
        (OWN, True, "Ada"),
        (CLASS_MOOD, False, "Ada"),
    ]


def test_nobody_agrees_to_words_that_came_after_reading(lesson):
    place = place_of(lesson)
    found = ward(ask(place))
    Policy.objects.update(retention_days=300, names_days=400)
    with pytest.raises(TermsChanged):
        services.answer_guardian(
            link_id=found.link.id, choice=OWN, name="A", relation="b", read=found.policy.terms, now=NOW
        )
    assert not GuardianAnswer.objects.exists()
    assert ward(ask(with_school(place))).policy.retention_days == 300


def test_a_withdrawal_holds_at_once_and_what_was_read_is_gone(lesson):
    place = place_of(lesson)
    own = answer(place)
    earlier = make_lesson(classroom=lesson.classroom, started_at=MONDAY - timedelta(days=7), minutes=40)
    measure(make_consent(lesson=earlier, participant=place))
    consent = agree(lesson, place)
    measure(consent)
    SelfReport.objects.create(lesson=lesson, participant=place, at=NOW, kind="lost")
    assert Reading.objects.count() == 2
    withdraw(own)
    assert not (Reading.objects.exists() or SelfReport.objects.exists())
    assert queries.active_consent(lesson.id, place.id) is None
    assert measure(consent, at=NOW + timedelta(seconds=9)) == 0
    assert asking(place) == Asking.WITHDRAWN
    assert queries.ways(place, lesson, queries.policy_for(lesson, place)) == (NO_CAMERA,)


def test_a_guardian_may_leave_what_was_read_and_nothing_of_it_is_shown(lesson):
    place = place_of(lesson)
    own = answer(place)
    earlier = make_lesson(classroom=lesson.classroom, started_at=MONDAY - timedelta(days=7), minutes=40)
    measure(make_consent(lesson=earlier, participant=place))
    withdraw(own, erases=False)
    assert Reading.objects.count() == 1
    assert shown_signals(earlier) == {place.id: frozenset()}


def test_less_than_before_ends_the_wider_choice_of_an_open_lesson_alone(lesson):
    place, other = place_of(lesson), place_of(lesson)
    for one in (place, other):
        answer(one)
        agree(lesson, one)
    answer(place, CLASS_MOOD, now=LATER)
    assert queries.active_consent(lesson.id, place.id) is None
    assert queries.active_consent(lesson.id, other.id) is not None
    assert agree(lesson, place, CLASS_MOOD, now=LATER).choice == CLASS_MOOD
    answer(place, CLASS_MOOD, now=LATER + timedelta(seconds=1))
    assert queries.active_consent(lesson.id, place.id) is not None


def test_a_batch_in_flight_brings_nothing_back(lesson):
    place = place_of(lesson)
    own = answer(place)
    consent = agree(lesson, place)
    withdraw(own, erases=False)
    assert measure(consent) == 0
    assert queries.active_consent(lesson.id, place.id) is None


def test_from_the_day_guardians_are_asked_running_cameras_stop(lesson):
    Policy.objects.update(requires_guardian_consent=False)
    lesson = type(lesson).objects.get(id=lesson.id)
    place = place_of(lesson)
    consent, still = agree(lesson, place), agree(lesson, place_of(lesson), NO_CAMERA)
    Policy.objects.update(requires_guardian_consent=True)
    assert read_of(consent) == frozenset()
    services.apply_policy(school_id=lesson.classroom.school_id, now=LATER)
    assert queries.active_consent(lesson.id, place.id) is None
    assert queries.active_consent(lesson.id, still.participant_id) == still


def test_what_was_signed_on_paper_is_recorded_as_such_and_logged(lesson):
    place, admin = place_of(lesson), make_admin(school=lesson.classroom.school, first_name="Grace")
    services.record_on_paper(
        place=place,
        by=admin,
        choice=OWN,
        name="Ada",
        relation="mother",
        signed_on=MONDAY.date(),
        kept_at="Office, folder 7",
        now=NOW,
    )
    (row,) = queries.guardian_records(place.classroom.school_id, place)
    assert (row.signed_on, row.kept_at, row.recorded_by) == (MONDAY.date(), "Office, folder 7", "Grace")
    assert agree(lesson, place).choice == OWN
    change = AccountChange.objects.get()
    assert (change.kind, change.actor_name, change.detail) == ("paper", "Grace", lesson.classroom.name)


# --- what is told and kept -------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", [NO_CAMERA, CLASS_MOOD, OWN])
def test_a_teacher_is_told_that_somebody_answered_and_never_what(lesson, choice):
    place = place_of(lesson)
    assert asking(place, alike=True) == Asking.NOT_ASKED
    ask(place)
    assert asking(place, alike=True) == Asking.ASKED
    own = answer(place, choice)
    assert asking(place, alike=True) == Asking.ANSWERED
    Policy.objects.update(retention_days=31)
    assert asking(with_school(place), alike=True) == Asking.ASK_AGAIN
    Policy.objects.update(retention_days=30)
    withdraw(own)
    assert asking(with_school(place), alike=True) == Asking.ANSWERED


def test_answers_are_kept_as_long_as_consents_and_the_one_that_counts_as_long_as_its_child(lesson):
    user = make_user(school=lesson.classroom.school)
    place = place_of(lesson, user=user)
    answer(place, CLASS_MOOD)
    own = answer(place, OWN, now=LATER)
    agree(lesson, place)
    delete_past_retention(now=NOW + timedelta(days=401))
    (left,) = GuardianAnswer.objects.all()
    assert left.choice == OWN
    assert ward(own, is_own=True, now=NOW + timedelta(days=401)).place == place
    Consent.objects.all().delete()
    delete_past_retention(now=NOW + timedelta(days=500))
    assert not (GuardianAnswer.objects.exists() or GuardianLink.objects.exists())


def test_how_it_is_looked_up_costs_one_statement_for_a_class(lesson, django_assert_num_queries):
    consents = [make_consent(lesson=lesson, participant=place_of(lesson)) for _ in range(9)]
    with django_assert_num_queries(1):
        found = queries.cameras_under(lesson, consents)
    assert {one.refusal for one in found.values()} == {"no_guardian"}
    Policy.objects.update(requires_guardian_consent=False)
    lesson = type(lesson).objects.select_related("classroom__school__policy").get(id=lesson.id)
    with django_assert_num_queries(0):
        queries.cameras_under(lesson, consents)


def test_the_rule_says_for_each_way_what_a_guardian_is_asked(lesson):
    policy = queries.school_policy(lesson)
    assert disclosure.ways_of_guardian(policy) == (NO_CAMERA, CLASS_MOOD, OWN)
    Policy.objects.update(preset="presence", allows_attention=False, allows_expression=False)
    policy = queries.school_policy(type(lesson).objects.get(id=lesson.id))
    assert disclosure.ways_of_guardian(policy) == (NO_CAMERA, OWN)
