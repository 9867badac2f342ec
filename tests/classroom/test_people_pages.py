"""How an administrator lets people in, changes what they may, and sees them out."""

import re
from datetime import timedelta
from threading import Barrier, Thread
from unittest.mock import Mock

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.forms import Select
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertHTMLEqual

from classroom import services
from classroom.errors import InvitationClosed, LastAdministrator, LastPlatformAdministrator, SchoolSuspended
from classroom.forms.people import IntroductionForm
from classroom.models import AccountChange, Invitation, Policy, School, User
from tests.factories import make_admin, make_classroom, make_school, make_teacher, make_user
from tests.upkeep import delete_past_retention

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
ABOUT = {"first_name": "Mira", "last_name": "Okafor", "language": "en", "time_zone": "Europe/Berlin"}
NEW = {**ABOUT, "username": "mira", "password1": PASSWORD, "password2": PASSWORD}


TWO_LANGUAGES = [("en", "English"), ("de", "Deutsch")]


@pytest.fixture
def school():
    return make_school(name="Hill School")


@pytest.fixture
def admin(school):
    return make_admin(school=school, username="principal")


@pytest.fixture
def page(client, admin):
    """A client that is logged in as the administrator."""
    client.force_login(admin)
    return client


def link_on(response):
    """The path of the one link that the answer shows."""
    assert response.status_code == 200
    return re.search(r'id="link">http://testserver(/\S+)</p>', response.content.decode())[1]


def invite(page, **fields):
    return link_on(page.post(reverse("people"), {"role": "teacher", **fields}))


def text_of(response):
    return " ".join(response.content.decode().split())


# --- invitations ---


def test_who_follows_an_invitation_gets_an_account_of_that_role_and_school_and_is_logged_in(page, school):
    link = invite(page, role="teacher", email="mira@example.org")
    newcomer = Client()
    assert "Hill School" in newcomer.get(link).content.decode()
    assert newcomer.post(link, NEW, follow=True).redirect_chain[-1][0] == reverse("classrooms")
    mira = User.objects.get(username="mira")
    assert (mira.role, mira.school) == ("teacher", school)
    assert (mira.get_full_name(), mira.time_zone) == ("Mira Okafor", "Europe/Berlin")
    assert not (mira.is_staff or mira.is_superuser)


def test_a_newcomer_cannot_choose_role_school_or_rights(page, school):
    link = invite(page, role="student")
    more = {"role": "admin", "school": make_school().id, "is_staff": "on", "is_superuser": "on"}
    Client().post(link, NEW | more)
    mira = User.objects.get(username="mira")
    assert (mira.role, mira.school, mira.is_staff, mira.is_superuser) == ("student", school, False, False)


def test_an_invitation_is_for_the_administrators_own_school_whatever_is_sent(page, school):
    invite(page, school=make_school().id)
    assert Invitation.objects.get().school == school


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_name": ""},
        {"first_name": "\u200b"},
        {"username": "principal"},
        {"username": "PRINCIPAL"},
        {"password2": "another password"},
        {"password1": "short", "password2": "short"},
        {"password1": "miraokafor", "password2": "miraokafor", "username": "miraokafor"},
        {"time_zone": ""},
        {"time_zone": "Europe/Atlantis"},
        {"language": "tlh"},
    ],
)
def test_what_a_newcomer_cannot_mean_makes_no_account_and_leaves_the_link_open(page, wrong, settings):
    settings.LANGUAGES = TWO_LANGUAGES
    link = invite(page)
    answer = Client().post(link, NEW | wrong)
    assert 'class="errors"' in answer.content.decode()
    assert User.objects.count() == 1
    assert Client().post(link, NEW).status_code == 302


def test_the_token_of_a_link_is_nowhere_in_the_row(page):
    token = invite(page).rstrip("/").rpartition("/")[2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT i::text FROM classroom_invitation i")
        ((row,),) = cursor.fetchall()
    assert len(token) > 40 and token not in row
    assert token not in page.get(reverse("people")).content.decode()


@pytest.mark.parametrize(
    ("end", "says"),
    [
        ("used", "has been used"),
        ("revoked", "was withdrawn"),
        ("expired", "has expired"),
        ("suspended", "school is suspended"),
    ],
)
def test_a_link_that_has_ended_says_so_and_makes_no_account(page, school, end, says):
    link, invitation = invite(page), Invitation.objects.get()
    if end == "used":
        Client().post(link, NEW)
    elif end == "revoked":
        page.post(reverse("revoke_invitation", args=[invitation.id]))
    elif end == "expired":
        Invitation.objects.update(expires_at=timezone.now())
    else:
        School.objects.filter(id=school.id).update(suspended_at=timezone.now())
    before = User.objects.count()
    for answer in (Client().get(link), Client().post(link, NEW | {"username": "second"})):
        assert answer.status_code == 410
        assert says in text_of(answer)
    assert User.objects.count() == before


@pytest.mark.parametrize(("days", "status"), [(13.9, 200), (14, 410)])
def test_a_link_is_open_for_fourteen_days(page, monkeypatch, days, status):
    link, later = invite(page), timezone.now() + timedelta(days=days)
    monkeypatch.setattr("classroom.views.welcome.timezone.now", lambda: later)
    assert Client().get(link).status_code == status


def test_a_link_that_nobody_made_is_a_page_that_is_not_there(client):
    assert client.get(reverse("invitation", args=["x" * 43])).status_code == 404


def test_whoever_is_logged_in_is_not_turned_into_somebody_else(page):
    link = invite(page)
    answer = page.post(link, NEW)
    assert "You have an account already" in text_of(answer)
    assert not User.objects.filter(username="mira").exists()


def deactivate(account, actor):
    services.deactivate_account(account_id=account.id, actor=actor, now=timezone.now())


def demote(account, actor):
    services.change_role(account_id=account.id, role="teacher", actor=actor, now=timezone.now())


def move(account, actor):
    services.move_account(account_id=account.id, school=make_school(), actor=actor, now=timezone.now())


def switch_off_in_djangos_administration(account, actor):
    account.is_active = False
    account.save()


NO_MORE = [deactivate, demote, move, switch_off_in_djangos_administration]


@pytest.mark.parametrize("end", NO_MORE)
def test_the_invitations_of_who_administers_no_more_open_nothing(page, school, admin, end):
    link, other = invite(page, role="admin"), make_admin(school=school)
    _invitation, token = services.invite(school=school, role="teacher", actor=other, now=timezone.now())
    end(admin, other)
    assert Client().post(link, NEW).status_code == 410
    assert not User.objects.filter(username="mira").exists()
    assert Client().get(reverse("invitation", args=[token])).status_code == 200, "a colleague's stay"


def test_what_an_administrator_changes_about_the_own_name_leaves_the_invitations_open(page, admin):
    link = invite(page)
    services.introduce_account(user=admin, **ABOUT)
    admin.save()
    assert Client().get(link).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_who_use_a_link_at_the_same_moment_one_gets_the_account():
    admin, together, refused = make_admin(), Barrier(8), []
    _invitation, token = services.invite(school=admin.school, role="teacher", actor=admin, now=timezone.now())

    def follow(number):
        together.wait()
        account = User(username=f"newcomer{number}")
        try:
            services.accept_invitation(token=token, account=account, now=timezone.now())
        except InvitationClosed:
            refused.append(number)
        finally:
            connection.close()

    threads = [Thread(target=follow, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert User.objects.filter(username__startswith="newcomer").count() == 1
    assert len(refused) == 7


def test_a_link_goes_by_mail_where_the_server_sends_any(page, settings, mailoutbox):
    settings.EMAIL_HOST = "mail.example.org"
    answer = page.post(reverse("people"), {"role": "teacher", "email": "mira@example.org", "by_mail": "on"})
    (mail,) = mailoutbox
    assert mail.to == ["mira@example.org"] and f"http://testserver{link_on(answer)}" in mail.body
    assert "It was sent to mira@example.org" in text_of(answer)


@pytest.fixture
def mailed(page, settings, mailoutbox):
    """The path of a link that came by mail, and of the same link as the administrator sees it."""
    settings.EMAIL_HOST = "mail.example.org"
    asked = {"role": "teacher", "email": "Mira@example.org", "by_mail": "on"}
    shown = link_on(page.post(reverse("people"), asked))
    return re.search(r"http://testserver(/\S+)", mailoutbox[0].body)[1], shown


def test_whoever_follows_a_link_out_of_the_mail_has_confirmed_the_address(mailed):
    Client().post(mailed[0], NEW)
    mira, address = User.objects.get(username="mira"), EmailAddress.objects.get()
    assert (mira.email, address.email) == ("Mira@example.org", "mira@example.org")
    assert (address.user, address.verified) == (mira, True)


@pytest.mark.parametrize("more", ["", "?mailed=", "?mailed=yes"])
def test_whoever_follows_the_link_that_the_administrator_sees_has_confirmed_nothing(mailed, more):
    Client().post(mailed[1] + more, NEW)
    assert User.objects.get(username="mira").email == "" and not EmailAddress.objects.exists()


def test_an_address_that_is_somebody_elses_stays_so(mailed):
    other = make_teacher()
    services.note_confirmed_email(user=other, email="mira@example.org")
    Client().post(mailed[0], NEW)
    assert User.objects.get(username="mira").email == ""
    assert EmailAddress.objects.get().user == other


def test_an_invitation_goes_with_the_account_that_it_made(page):
    link = invite(page, email="mira@example.org", note="Mira O.")
    Client().post(link, NEW)
    User.objects.get(username="mira").delete()
    assert not Invitation.objects.exists()


def test_an_invitation_goes_with_the_account_that_made_it(page, admin):
    link = invite(page)
    admin.delete()
    assert Client().get(link).status_code == 404


def test_without_a_mail_server_nothing_is_offered_and_nothing_is_sent(page, settings, mailoutbox):
    settings.EMAIL_HOST = ""
    assert 'name="by_mail"' not in page.get(reverse("people")).content.decode()
    page.post(reverse("people"), {"role": "teacher", "email": "mira@example.org", "by_mail": "on"})
    assert mailoutbox == []


def test_a_mail_that_does_not_leave_is_said_and_the_link_is_there_to_copy(page, settings, monkeypatch):
    def is_away(*args, **how):
        raise ConnectionRefusedError

    settings.EMAIL_HOST = "mail.example.org"
    monkeypatch.setattr("classroom.services.invitations.send_mail", is_away)
    answer = page.post(reverse("people"), {"role": "teacher", "email": "mira@example.org", "by_mail": "on"})
    assert "could not be sent" in text_of(answer)
    assert link_on(answer)


# --- people ---


def test_the_page_shows_the_people_of_the_own_school_alone(page, school):
    make_teacher(school=school, first_name="Ada", last_name="Lovelace", is_active=False)
    make_teacher(first_name="Charles", last_name="Babbage")
    shown = text_of(page.get(reverse("people")))
    assert "Ada Lovelace" in shown and "deactivated" in shown
    assert "Babbage" not in shown


def test_people_are_found_by_parts_of_their_names(page, school):
    for first, last in (("Ada", "Lovelace"), ("Ada", "Byron"), ("Grace", "Hopper")):
        make_teacher(school=school, first_name=first, last_name=last)
    shown = text_of(page.get(reverse("people"), {"name": "love ada"}))
    assert "Ada Lovelace" in shown and "Byron" not in shown and "Hopper" not in shown


@pytest.mark.parametrize(
    ("ago", "says"),
    [
        (None, "has not logged in yet"),
        (timedelta(hours=23), "within a day"),
        (timedelta(days=6), "within a week"),
        (timedelta(days=30), "within a month"),
        (timedelta(days=32), "for over a month"),
    ],
)
def test_the_last_login_is_told_coarsely(page, school, ago, says):
    login = timezone.now() - ago if ago else None
    teacher = make_teacher(school=school, last_login=login)
    shown = text_of(page.get(reverse("person", args=[teacher.id])))
    assert says in shown
    if login:
        assert f"{login:%Y-%m-%d}" not in shown


def act(page, name, account, **data):
    return text_of(page.post(reverse(name, args=[account.id]), data, follow=True))


def test_a_role_is_changed_and_the_change_is_logged(page, school, admin):
    pupil = make_user(school=school, username="kim")
    assert "The role is changed." in act(page, "change_role", pupil, role="teacher")
    pupil.refresh_from_db()
    assert pupil.role == "teacher"
    change = AccountChange.objects.get()
    assert (change.actor, change.subject, change.kind) == (admin, pupil, "role")
    assert change.detail == "student → teacher"
    assert "changed the role: kim" in text_of(page.get(reverse("people")))


def test_a_role_that_there_is_not_changes_nothing(page, school):
    teacher = make_teacher(school=school)
    assert "Choose a role." in act(page, "change_role", teacher, role="king")
    teacher.refresh_from_db()
    assert teacher.role == "teacher"


def test_who_administers_no_more_loses_djangos_administration_too(page, school):
    other = make_admin(school=school, is_staff=True)
    act(page, "change_role", other, role="teacher")
    other.refresh_from_db()
    assert not other.is_staff


def test_who_is_deactivated_is_out_at_once_and_can_be_let_in_again(page, school):
    teacher = make_teacher(school=school, username="mira", password=PASSWORD)
    open_elsewhere = Client()
    open_elsewhere.force_login(teacher)
    act(page, "deactivate_account", teacher)
    assert open_elsewhere.get(reverse("classrooms")).status_code == 302
    assert not Client().login(username="mira", password=PASSWORD)
    act(page, "reactivate_account", teacher)
    assert open_elsewhere.get(reverse("classrooms")).status_code == 302
    log_in = {"username": "mira", "password": PASSWORD}
    assert Client().post(reverse("login"), log_in).headers["Location"] == reverse("home")


def test_the_page_of_a_person_says_that_its_list_is_of_what_was_done_to_them(page, school, admin):
    """Not by them: an administrator who has done much reads "Nothing yet" there."""
    services.name_school(school_id=school.id, name="Lake School", actor=admin, now=timezone.now())
    shown = page.get(reverse("person", args=[admin.id])).content.decode()
    told = shown.split("What was done to this account")[1].split("</section>")[0]
    assert "Nothing yet." in told and "Lake School" not in told


@pytest.mark.parametrize(("name", "data"), [("deactivate_account", {}), ("change_role", {"role": "teacher"})])
def test_the_last_active_administrator_stays_one(page, school, admin, name, data):
    make_admin(school=school, is_active=False)
    make_admin()
    assert "the last active administrator of the school" in act(page, name, admin, **data)
    admin.refresh_from_db()
    assert admin.is_active and admin.is_admin
    make_admin(school=school)
    act(page, name, admin, **data)
    admin.refresh_from_db()
    assert not (admin.is_active and admin.is_admin)


@pytest.mark.parametrize(("name", "data"), [("deactivate_account", {}), ("change_role", {"role": "teacher"})])
def test_the_last_active_platform_administrator_stays_one(platform, name, data):
    make_admin(school=platform.user.school)
    make_admin(is_superuser=True, is_active=False)
    assert "the last active platform administrator" in act(platform, name, platform.user, **data)
    platform.user.refresh_from_db()
    assert platform.user.is_active and platform.user.is_admin
    make_admin(is_superuser=True)
    act(platform, name, platform.user, **data)
    platform.user.refresh_from_db()
    assert not (platform.user.is_active and platform.user.is_admin)


@pytest.mark.django_db(transaction=True)
def test_two_platform_administrators_who_leave_at_once_leave_one():
    together, refused = Barrier(2), []
    both = [make_admin(is_superuser=True) for _ in range(2)]
    for one in both:
        make_admin(school=one.school)

    def leave(account):
        together.wait()
        try:
            services.deactivate_account(account_id=account.id, actor=account, now=timezone.now())
        except LastPlatformAdministrator:
            refused.append(account)
        finally:
            connection.close()

    threads = [Thread(target=leave, args=[one]) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_deactivate_each_other_at_once_leave_one():
    school, together, refused = make_school(), Barrier(2), []
    one, other = make_admin(school=school), make_admin(school=school)

    def deactivate(actor, account):
        together.wait()
        try:
            services.deactivate_account(account_id=account.id, actor=actor, now=timezone.now())
        except LastAdministrator:
            refused.append(account)
        finally:
            connection.close()

    threads = [Thread(target=deactivate, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert User.objects.filter(school=school, is_active=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_who_joins_waits_until_an_account_is_changed():
    school, joined = make_school(), []
    teacher, classroom = make_teacher(school=school), make_classroom(school=school)

    def join():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            joined.append(
                services.join_classroom(now=timezone.now(), classroom=classroom, display_name="Ada")
            )
        except OperationalError:
            pass
        finally:
            connection.close()

    with transaction.atomic():
        services.deactivate_account(
            account_id=teacher.id, actor=make_admin(school=school), now=timezone.now()
        )
        thread = Thread(target=join)
        thread.start()
        thread.join()
    assert len(joined) == 1


def test_all_sessions_of_one_account_end_and_nobody_elses(page, school):
    teacher, colleague = make_teacher(school=school), make_teacher(school=school)
    browsers = [Client() for _ in range(3)]
    for browser, user in zip(browsers, (teacher, teacher, colleague), strict=True):
        browser.force_login(user)
    assert "2 sessions are ended." in act(page, "end_sessions", teacher)
    answers = [browser.get(reverse("classrooms")).status_code for browser in browsers]
    assert answers == [302, 302, 200]
    assert page.get(reverse("people")).status_code == 200


def test_ended_sessions_close_their_sockets(school, monkeypatch, django_capture_on_commit_callbacks):
    closed = []
    monkeypatch.setattr("classroom.wire.events.end_all", lambda group, *, code: closed.append(code))
    teacher, admin = make_teacher(school=school), make_admin(school=school)
    Client().force_login(teacher)
    with django_capture_on_commit_callbacks(execute=True):
        services.sign_out_everywhere(account_id=teacher.id, actor=admin, now=timezone.now())
    assert closed == [4003]
    assert not Session.objects.exists()


def test_a_reset_link_sets_a_new_password_once(page, school):
    teacher = make_teacher(school=school, username="mira", password="an old password")
    link = link_on(page.post(reverse("make_reset_link", args=[teacher.id])))
    visitor = Client()
    form = visitor.get(link).headers["Location"]
    new = {"password1": PASSWORD, "password2": PASSWORD}
    assert "The new password is set" in text_of(visitor.post(form, new, follow=True))
    assert "no longer works" in text_of(Client().get(link, follow=True))
    assert not Client().login(username="mira", password="an old password")
    assert Client().post(reverse("login"), {"username": "mira", "password": PASSWORD}).status_code == 302


def opens(link):
    return "This link no longer works" not in text_of(Client().get(link, follow=True))


@pytest.mark.parametrize("end", NO_MORE)
def test_the_reset_links_of_who_administers_no_more_open_nothing(page, school, admin, end):
    colleague, other = make_teacher(school=school), make_admin(school=school)
    link = link_on(page.post(reverse("make_reset_link", args=[colleague.id])))
    assert opens(link)
    end(admin, other)
    assert not opens(link)


@pytest.mark.parametrize("end", [demote, move])
def test_a_reset_link_stays_behind_when_its_account_changes_role_or_school(page, school, admin, end):
    colleague = make_admin(school=school)
    link = link_on(page.post(reverse("make_reset_link", args=[colleague.id])))
    end(colleague, admin)
    assert not opens(link)


def there_and_back(act, one, actor):
    who = {"account_id": one.id, "actor": actor, "now": timezone.now()}
    match act:
        case "role":
            services.change_role(role="student", **who)
            services.change_role(role=one.role, **who)
        case "state":
            services.deactivate_account(**who)
            services.reactivate_account(**who)
        case "school":
            services.move_account(school=make_admin().school, **who)
            services.move_account(school=one.school, **who)


@pytest.mark.parametrize("act", ["role", "state", "school"])
@pytest.mark.parametrize("whose", ["maker", "account"])
def test_a_reset_link_that_has_ended_does_not_come_back_with_the_right(page, school, admin, whose, act):
    colleague, other = make_teacher(school=school), make_admin(school=school)
    link = link_on(page.post(reverse("make_reset_link", args=[colleague.id])))
    there_and_back(act, {"maker": admin, "account": colleague}[whose], other)
    assert not opens(link)


def test_a_reset_link_ends_when_its_account_runs_the_platform_no_more(page, school, admin):
    User.objects.filter(id=admin.id).update(is_superuser=True)
    other = make_admin(school=school, is_superuser=True)
    link = link_on(page.post(reverse("make_reset_link", args=[other.id])))
    User.objects.filter(id=other.id).update(is_superuser=False)
    assert not opens(link)


def test_of_two_reset_links_the_newer_one_works(page, school):
    colleague = make_teacher(school=school)
    older, newer = (link_on(page.post(reverse("make_reset_link", args=[colleague.id]))) for _ in range(2))
    assert opens(newer) and not opens(older)


def test_a_reset_link_goes_by_the_rules_for_passwords(page, school):
    teacher = make_teacher(school=school)
    link = link_on(page.post(reverse("make_reset_link", args=[teacher.id])))
    visitor = Client()
    answer = visitor.post(visitor.get(link).headers["Location"], {"password1": "short", "password2": "short"})
    assert 'class="errors"' in answer.content.decode()


def lose_phone(user):
    """An account with an app, recovery codes and a passkey, none of which is at hand any more."""
    for kind in ("totp", "recovery_codes", "webauthn"):
        data = {"secret": "JBSWY3DPEHPK3PXP", "seed": "a", "used_mask": 0, "name": "Phone", "credential": {}}
        Authenticator.objects.create(user=user, type=kind, data=data)


def test_a_lost_second_factor_is_removed_by_an_administrator_who_shows_who_it_is(school):
    make_admin(school=school, username="principal", password=PASSWORD)
    teacher, colleague = make_teacher(school=school, username="kim", password=PASSWORD), make_teacher()
    lose_phone(teacher)
    lose_phone(colleague)
    page, elsewhere = Client(), Client()
    page.post(reverse("login"), {"username": "principal", "password": PASSWORD})
    elsewhere.force_login(teacher)
    assert "Remove the second factor" in text_of(page.get(reverse("person", args=[teacher.id])))
    assert "The second factor is removed" in act(page, "remove_second_factor", teacher)
    assert {one.user for one in Authenticator.objects.all()} == {colleague}
    assert elsewhere.get(reverse("classrooms")).status_code == 302
    assert "removed the second factor: kim" in text_of(page.get(reverse("people")))
    assert "Remove the second factor" not in text_of(page.get(reverse("person", args=[teacher.id])))
    log_in = {"username": "kim", "password": PASSWORD}
    assert Client().post(reverse("login"), log_in).headers["Location"] == reverse("home")


@pytest.fixture
def remove_factor_of(settings, django_capture_on_commit_callbacks):
    settings.EMAIL_HOST = "mail.school.example"

    def remove(account, *, and_fail=False):
        lose_phone(account)
        actor = make_admin(school=account.school, first_name="Vera", last_name="Rubin")
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            services.remove_second_factor(account_id=account.id, actor=actor, now=timezone.now())
            transaction.set_rollback(and_fail)

    return remove


def test_the_owner_reads_in_a_mail_who_removed_the_second_factor(school, mailoutbox, remove_factor_of):
    account = make_teacher(school=school, username="kim")
    services.note_confirmed_email(user=account, email="kim@school.example")
    remove_factor_of(account)
    (mail,) = mailoutbox
    assert mail.to == ["kim@school.example"]
    assert "Vera Rubin" in mail.body and "kim" in mail.body


@pytest.mark.parametrize("lacks", ["nothing", "a mail server", "a confirmed address", "what was done"])
def test_no_mail_tells_of_a_removed_second_factor_without(
    school, settings, mailoutbox, remove_factor_of, lacks
):
    account = make_teacher(school=school, email="kim@school.example")
    is_confirmed = lacks != "a confirmed address"
    EmailAddress.objects.create(user=account, email=account.email, verified=is_confirmed, primary=True)
    if lacks == "a mail server":
        settings.EMAIL_HOST = ""
    remove_factor_of(account, and_fail=lacks == "what was done")
    assert len(mailoutbox) == (lacks == "nothing")


def test_a_mail_server_that_is_away_keeps_nobody_from_removing_a_second_factor(
    school, monkeypatch, remove_factor_of
):
    away = Mock(side_effect=OSError)
    monkeypatch.setattr("classroom.services.emails.send_mail", away)
    account = make_teacher(school=school)
    services.note_confirmed_email(user=account, email="kim@school.example")
    remove_factor_of(account)
    assert away.called and not Authenticator.objects.exists()


def test_a_browser_left_open_does_not_suffice_to_remove_a_second_factor(page, school, admin):
    teacher = make_teacher(school=school)
    lose_phone(teacher)
    admin.set_password(PASSWORD)
    admin.save()
    page.force_login(admin)
    away = page.post(reverse("remove_second_factor", args=[teacher.id])).headers["Location"]
    assert away.startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=teacher).exists()
    form = {"password": PASSWORD, "next": reverse("remove_second_factor", args=[teacher.id])}
    assert page.post(away, form).headers["Location"] == reverse("person", args=[teacher.id])
    assert not Authenticator.objects.filter(user=teacher).exists()


def test_nobody_removes_the_own_second_factor_as_if_it_were_anothers(page, admin):
    lose_phone(admin)
    assert "Remove the second factor" not in text_of(page.get(reverse("person", args=[admin.id])))
    answer = page.post(reverse("remove_second_factor", args=[admin.id]))
    assert answer.headers["Location"] == reverse("mfa_index")
    assert Authenticator.objects.filter(user=admin).exists()


@pytest.mark.parametrize(
    "name",
    ["change_role", "deactivate_account", "end_sessions", "make_reset_link", "remove_second_factor"],
)
def test_a_schools_administrator_can_take_nothing_from_whoever_runs_the_platform(page, school, name):
    platform = make_admin(school=school, is_superuser=True)
    assert page.post(reverse(name, args=[platform.id]), {"role": "student"}).status_code == 404
    assert page.get(reverse("person", args=[platform.id])).status_code == 404
    assert reverse("person", args=[platform.id]) not in page.get(reverse("people")).content.decode()


def test_every_act_says_who_did_it_and_to_whom(page, school, admin):
    teacher = make_teacher(school=school)
    for name in ("deactivate_account", "reactivate_account", "end_sessions", "make_reset_link"):
        page.post(reverse(name, args=[teacher.id]))
    Client().post(invite(page), NEW)
    invite(page)
    page.post(reverse("revoke_invitation", args=[Invitation.objects.first().id]))
    logged = AccountChange.objects.exclude(kind="joined").order_by("id")
    kinds = ["deactivated", "reactivated", "signed_out", "reset", "invited", "invited", "revoked"]
    assert [one.kind for one in logged] == kinds
    assert {one.actor for one in logged} == {admin}
    assert [one.subject for one in logged] == [teacher] * 4 + [None] * 3


def test_the_log_of_acts_and_old_invitations_go_when_the_access_log_does(page, school):
    invite(page)
    Policy.objects.filter(school=school).update(log_days=30)
    delete_past_retention(now=timezone.now() + timedelta(days=29))
    assert AccountChange.objects.exists() and Invitation.objects.exists()
    delete_past_retention(now=timezone.now() + timedelta(days=31))
    assert not AccountChange.objects.exists() and Invitation.objects.exists()
    delete_past_retention(now=timezone.now() + timedelta(days=45))
    assert not Invitation.objects.exists()


# --- the first login ---


def test_an_account_made_by_set_up_says_who_it_is_names_the_school_and_chooses_the_policy(client):
    admin = make_admin(
        school=make_school(preset=None, name=School.UNNAMED), username="admin", time_zone="", language=""
    )
    client.force_login(admin)
    assert client.get("/").url == reverse("welcome")
    assert client.post(reverse("welcome"), ABOUT).url == reverse("home")
    assert client.get("/").url == reverse("name_school")
    client.post(reverse("name_school"), {"name": School.UNNAMED})
    assert client.get("/").url == reverse("name_school")
    client.post(reverse("name_school"), {"name": "  Hill   School "})
    assert School.objects.get(id=admin.school_id).name == "Hill School"
    assert client.get("/").url == reverse("choose_policy")


@pytest.mark.parametrize(("languages", "asked"), [(TWO_LANGUAGES, True), (TWO_LANGUAGES[:1], False)])
def test_a_language_is_asked_for_where_there_is_a_choice(client, settings, languages, asked):
    settings.LANGUAGES = languages
    teacher = make_teacher(time_zone="")
    client.force_login(teacher)
    assert ('name="language"' in client.get(reverse("welcome")).content.decode()) is asked
    said = {name: value for name, value in ABOUT.items() if asked or name != "language"}
    assert client.post(reverse("welcome"), said).url == reverse("home")
    teacher.refresh_from_db()
    assert (teacher.language, teacher.time_zone) == ("en" if asked else "", "Europe/Berlin")


def test_who_has_said_it_once_is_not_asked_again(client):
    client.force_login(make_teacher(time_zone=""))
    client.post(reverse("welcome"), ABOUT)
    assert client.get("/").url == reverse("classrooms")


def test_times_that_the_server_writes_are_those_of_the_viewers_clock(client, admin):
    User.objects.filter(id=admin.id).update(time_zone="Asia/Kolkata")
    client.force_login(admin)
    client.post(reverse("people"), {"role": "teacher"})
    assert "IST" in client.get(reverse("people")).content.decode()


@pytest.mark.parametrize(
    ("has_school", "says"), [(True, "You have a student's account"), (False, "belongs to no school yet")]
)
def test_an_account_without_a_way_on_is_told_what_to_do(client, school, has_school, says):
    make_admin(school=school, first_name="Grace", last_name="Hopper")
    client.force_login(make_user(school=school if has_school else None))
    shown = text_of(client.get("/"))
    assert says in shown and ("Grace Hopper" in shown) is has_school


# --- several schools ---


@pytest.fixture
def platform(client):
    """A client that is logged in as the platform's administrator, who administers a school of their own."""
    user = make_admin(is_superuser=True, username="platform")
    client.force_login(user)
    client.user = user
    return client


def test_a_school_is_made_and_its_first_administrator_invited(platform):
    platform.post(reverse("schools"), {"name": "Lake School"})
    lake = School.objects.get(name="Lake School")
    link = link_on(platform.post(reverse("invite_administrator", args=[lake.id])))
    Client().post(link, NEW)
    mira = User.objects.get(username="mira")
    assert (mira.school, mira.role, mira.is_superuser) == (lake, "admin", False)


def test_the_page_of_schools_names_nobody_of_another_school(platform, school):
    make_teacher(school=school, first_name="Ada", last_name="Lovelace", username="ada.l")
    make_admin(school=school, first_name="Grace", last_name="Hopper")
    for address in (reverse("schools"), reverse("school", args=[school.id])):
        shown = text_of(platform.get(address))
        assert "Hill School" in shown
        assert not any(name in shown for name in ("Lovelace", "ada.l", "Hopper"))
    assert "2 accounts" in text_of(platform.get(reverse("schools")))


def test_a_suspended_school_is_out_at_once_and_finds_everything_again(platform, school):
    teacher = make_teacher(school=school, username="mira", password=PASSWORD)
    classroom = make_classroom(teacher=teacher)
    lesson = services.open_lesson(classroom=classroom, title="Waves", now=timezone.now())
    open_elsewhere, log_in = Client(), {"username": "mira", "password": PASSWORD}
    open_elsewhere.force_login(teacher)
    platform.post(reverse("suspend_school", args=[school.id]))
    lesson.refresh_from_db()
    assert not lesson.is_open
    assert open_elsewhere.get(reverse("classrooms")).status_code == 302
    answer = Client().post(reverse("login"), log_in, follow=True)
    assert answer.status_code == 403 and "Your school is suspended here" in text_of(answer)
    platform.post(reverse("resume_school", args=[school.id]))
    answer = Client().post(reverse("login"), log_in, follow=True)
    assert answer.status_code == 200 and classroom.name in text_of(answer)


def test_nobody_is_invited_into_a_suspended_school(platform, school):
    address = reverse("school", args=[school.id])
    assert "Invite an administrator" in text_of(platform.get(address))
    platform.post(reverse("suspend_school", args=[school.id]))
    shown = text_of(platform.get(address))
    assert "Invite an administrator" not in shown
    assert "Once you lift it, its people can log in again" in shown
    answer = platform.post(reverse("invite_administrator", args=[school.id]), follow=True)
    assert "Lift the suspension before you invite anybody" in text_of(answer)
    assert not Invitation.objects.exists()


def test_a_login_into_a_suspended_school_does_not_last(platform, school):
    teacher = make_teacher(school=school)
    platform.post(reverse("suspend_school", args=[school.id]))
    browser = Client()
    browser.force_login(teacher)
    assert browser.get(reverse("classrooms")).status_code == 403
    platform.post(reverse("resume_school", args=[school.id]))
    assert browser.get(reverse("classrooms")).status_code == 302


def test_no_lesson_opens_in_a_suspended_school(school):
    classroom = make_classroom(teacher=make_teacher(school=school))
    School.objects.filter(id=school.id).update(suspended_at=timezone.now())
    classroom.refresh_from_db()
    with pytest.raises(SchoolSuspended):
        services.open_lesson(classroom=classroom, title="Waves", now=timezone.now())


def test_whoever_runs_the_platform_can_end_the_suspension_of_their_own_school(platform):
    own = platform.user.school_id
    another = make_admin(is_superuser=True)
    services.suspend_school(school_id=own, actor=another, now=timezone.now())
    assert platform.get(reverse("schools")).status_code == 200
    platform.post(reverse("resume_school", args=[own]))
    assert School.objects.get(id=own).suspended_at is None


def test_an_account_moves_to_another_school_without_its_classrooms(platform, school):
    teacher = make_teacher(school=platform.user.school)
    classroom = make_classroom(teacher=teacher)
    where = {"school": school.id}
    assert "Give the classrooms" in act(platform, "move_account", teacher, **where)
    classroom.delete()
    act(platform, "move_account", teacher, **where)
    teacher.refresh_from_db()
    assert teacher.school == school
    assert [one.kind for one in AccountChange.objects.filter(school=school)] == ["arrived"]


def test_nobody_moves_the_own_account_into_another_school(platform, school):
    own, move_own = platform.user.school, reverse("move_account", args=[platform.user.id])
    make_admin(school=own)
    assert move_own not in text_of(platform.get(reverse("person", args=[platform.user.id])))
    assert "another platform administrator" in act(platform, "move_account", platform.user, school=school.id)
    platform.user.refresh_from_db()
    assert platform.user.school == own
    assert not AccountChange.objects.exists()


def test_whoever_runs_the_platform_without_a_school_is_not_offered_one_either(platform, school):
    User.objects.filter(id=platform.user.id).update(school=None)
    page = text_of(platform.get(reverse("schools")))
    assert "Accounts without a school" in page
    assert reverse("move_account", args=[platform.user.id]) not in page


def test_an_account_without_a_school_is_found_and_given_one(platform, school):
    lost = make_user(username="lost")
    assert "lost" in text_of(platform.get(reverse("schools")))
    act(platform, "move_account", lost, school=school.id)
    lost.refresh_from_db()
    assert lost.school == school


@pytest.mark.parametrize("given", [{"time_zone": "Europe/Atlantis"}, {"time_zone": "Asia/Kolkata"}, {}])
def test_the_time_zones_are_written_in_one_go_as_django_writes_them_one_by_one(given):
    form = IntroductionForm(given or None, instance=User(time_zone="Europe/Berlin"))
    ours = str(form["time_zone"])
    form.fields["time_zone"].widget.__class__ = Select
    assertHTMLEqual(ours, str(form["time_zone"]))
