"""The pages of webhooks, and of all programs of a school: whose they are, and what they never show."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from classroom import services
from classroom.models import AccountChange, ApiToken, Delivery, RecordStore, Webhook
from tests.factories import MONDAY, make_admin, make_lesson, make_teacher

pytestmark = pytest.mark.django_db
ADDRESS = "https://example.org/hook?key=hidden"
STORE = {
    "address": "https://lrs.example.org/xAPI",
    "key": "school",
    "secret": "correct horse",
    "told": ["lesson", "attendance"],
}


@pytest.fixture(autouse=True)
def _nothing_leaves(monkeypatch):
    cache.clear()
    monkeypatch.setattr("classroom.services.outbox.send_outgoing_task", lambda: None)


@pytest.fixture
def owner():
    return make_teacher(first_name="Grace")


def page_of(user):
    client = Client()
    client.force_login(user)
    return client


def just_logged_in(user):
    user.set_password("correct horse battery")
    user.save()
    client = Client()
    client.post(reverse("login"), {"username": user.username, "password": "correct horse battery"})
    return client


def hooked(owner, name="Diary"):
    return services.make_webhook(
        owner=owner,
        school=owner.school,
        name=name,
        address=ADDRESS,
        events=["lesson.ended"],
        origin="https://pulse.example.org",
        now=MONDAY,
    )


def posted(client, **fields):
    given = {"name": "Diary", "address": ADDRESS, "events": ["lesson.ended"], **fields}
    return client.post(reverse("webhooks"), given)


def told(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


def test_the_secret_is_shown_once_on_the_answer_to_the_button(owner):
    client = just_logged_in(owner)
    answer = posted(client).content.decode()
    webhook = Webhook.objects.get()
    assert (webhook.owner, webhook.events, webhook.origin) == (owner, ["lesson.ended"], "http://testserver")
    secret = answer.partition('data-text="')[2].partition('"')[0]
    assert secret.startswith("whsec_")
    again = told(client, "webhook", webhook.id)
    assert "whsec_" not in again and webhook.secret not in again
    renewed = client.post(reverse("renew_webhook_secret", args=[webhook.id])).content.decode()
    other = renewed.partition('data-text="')[2].partition('"')[0]
    assert other.startswith("whsec_") and other != secret
    assert "signs too" in told(client, "webhook", webhook.id)


@pytest.mark.parametrize("page", ["webhooks", "renew_webhook_secret"])
def test_who_logged_in_long_ago_shows_who_it_is_before_a_secret_is_shown(owner, page):
    webhook, _ = hooked(owner)
    client = page_of(owner)
    answer = posted(client) if page == "webhooks" else client.post(reverse(page, args=[webhook.id]))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert Webhook.objects.get().secret == webhook.secret


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"name": ""}, "This field is required"),
        ({"events": []}, "Choose at least one"),
        ({"address": "http://example.org/"}, "This server sends nothing there"),
        ({"address": "https://192.168.1.4/"}, "This server sends nothing there"),
        ({"address": "https://[::1]/"}, "This server sends nothing there"),
        ({"address": "https://grace:secret@example.org/"}, "This server sends nothing there"),
    ],
)
def test_what_cannot_be_set_up_is_said_beside_the_field(owner, fields, why):
    answer = posted(just_logged_in(owner), **fields).content.decode()
    assert why in answer
    assert not Webhook.objects.exists()


ACTS = (
    "test_webhook",
    "pause_webhook",
    "resume_webhook",
    "renew_webhook_secret",
    "remove_webhook",
    "webhook",
)


@pytest.mark.parametrize("page", ACTS)
def test_somebody_elses_webhook_is_not_there(owner, page):
    """Neither a colleague's nor, for an administrator of the school or of another, anybody's."""
    webhook, _ = hooked(owner)
    for user in (make_teacher(school=owner.school), make_admin(school=owner.school), make_admin()):
        client = just_logged_in(user)
        assert client.post(reverse(page, args=[webhook.id])).status_code == 404
    assert Webhook.objects.get().secret == webhook.secret
    assert not Delivery.objects.exists()


def test_who_went_to_another_school_leaves_the_webhook_behind(owner):
    webhook, _ = hooked(owner)
    owner.school = make_admin().school
    owner.save()
    client = page_of(owner)
    assert client.get(reverse("webhook", args=[webhook.id])).status_code == 404
    assert "Diary" not in told(client, "webhooks")


def test_it_is_tested_paused_resumed_and_removed_by_its_owner(owner):
    webhook, _ = hooked(owner)
    client = page_of(owner)
    for page, stands in (("test_webhook", "on"), ("pause_webhook", "paused"), ("resume_webhook", "on")):
        answer = client.post(reverse(page, args=[webhook.id]), follow=True).content.decode()
        assert f">{stands}</span>" in answer
    assert Delivery.objects.get().state == "dropped", "what waited when it was paused"
    client.post(reverse("webhook", args=[webhook.id]), {"events": ["report.ready"]})
    assert Webhook.objects.get().events == ["report.ready"]
    client.post(reverse("remove_webhook", args=[webhook.id]))
    assert not Webhook.objects.exists()
    done = AccountChange.objects.order_by("id").values_list("kind", "actor_name", "detail")
    assert list(done) == [(f"hook_{one}", "Grace", "Diary") for one in ("made", "changed", "ended")]


def test_the_last_deliveries_say_what_was_answered_and_when_the_next_try_is(owner):
    webhook, _ = hooked(owner)
    lesson = make_lesson()
    webhook.deliveries.create(
        lesson=lesson,
        event="lesson.ended",
        status=503,
        trouble="refused",
        attempts=2,
        made_at=MONDAY,
        due_at=MONDAY,
    )
    page = told(page_of(owner), "webhook", webhook.id)
    assert "lesson.ended" in page and "answer 503" in page and "next try:" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ended_at": MONDAY, "ended_because": "failing"}, "it had failed for five days"),
        ({"ended_at": MONDAY, "ended_because": "gone"}, "the address answered that it is gone"),
        ({"failing_since": MONDAY}, "has not arrived since"),
    ],
)
def test_the_owner_reads_that_it_fails_or_has_ended(owner, fields, words):
    webhook, _ = hooked(owner)
    Webhook.objects.update(**fields)
    assert words in told(page_of(owner), "webhook", webhook.id)


def test_an_administrator_sees_the_programs_of_the_school_and_neither_token_secret_nor_address(owner):
    webhook, secret = hooked(owner)
    token = services.make_token(
        owner=owner, school=owner.school, name="Reader", scopes=["lessons"], now=MONDAY
    )
    hooked(make_teacher(), name="Elsewhere")
    page = told(page_of(make_admin(school=owner.school)), "school_programs")
    assert all(one in page for one in ("Diary", "Reader", "Grace", "Read classes, lessons and key moments"))
    hidden = (secret, webhook.secret, token, ApiToken.objects.get().token_digest, "example.org", "Elsewhere")
    assert not [one for one in hidden if one in page]


def test_an_administrator_ends_them_and_the_log_says_whose_they_were(owner):
    webhook, _ = hooked(owner)
    services.make_token(owner=owner, school=owner.school, name="Reader", scopes=["lessons"], now=MONDAY)
    client = page_of(make_admin(school=owner.school, first_name="Ada"))
    client.post(reverse("revoke_school_token", args=[ApiToken.objects.get().id]))
    client.post(reverse("remove_school_webhook", args=[webhook.id]))
    assert not ApiToken.objects.exists() and not Webhook.objects.exists()
    done = AccountChange.objects.filter(actor_name="Ada").order_by("id")
    assert [(one.kind, one.subject, one.detail) for one in done] == [
        ("token_ended", owner, "Reader"),
        ("hook_ended", owner, "Diary"),
    ]


def test_an_administrator_ends_nothing_of_another_school_and_nothing_of_who_runs_the_platform(owner):
    platform = make_admin(school=owner.school, is_superuser=True)
    for one in (owner, platform):
        hooked(one)
        services.make_token(owner=one, school=one.school, name="Reader", scopes=["lessons"], now=MONDAY)
    tokens, hooks = list(ApiToken.objects.order_by("id")), list(Webhook.objects.order_by("id"))
    for admin, theirs in ((make_admin(), (0, 1)), (make_admin(school=owner.school), (1,))):
        client = page_of(admin)
        for each in theirs:
            for page, row in (("revoke_school_token", tokens[each]), ("remove_school_webhook", hooks[each])):
                assert client.post(reverse(page, args=[row.id])).status_code == 404
    assert (ApiToken.objects.count(), Webhook.objects.count()) == (2, 2)


# --- the record store ---


def stored(client, **fields):
    return client.post(reverse("record_store"), {**STORE, **fields})


def test_an_administrator_sets_the_store_up_and_its_secret_is_not_shown_again():
    client = just_logged_in(admin := make_admin())
    assert stored(client).status_code == 302
    store = RecordStore.objects.get()
    assert (store.school, store.host) == (admin.school, "lrs.example.org")
    page = told(client, "record_store")
    assert "lrs.example.org" in page and "correct horse" not in page and store.secret not in page
    assert "correct horse" not in str([*RecordStore.objects.values(), *AccountChange.objects.values()])
    assert AccountChange.objects.get().detail.startswith("lrs.example.org: ")


def test_the_secret_is_kept_where_none_is_typed_and_never_given_to_another_host():
    client = just_logged_in(make_admin())
    stored(client)
    sealed = RecordStore.objects.get().secret
    stored(client, secret="", key="other")
    assert (RecordStore.objects.get().key, RecordStore.objects.get().secret) == ("other", sealed)
    answer = stored(client, secret="", address="https://evil.example.org/xAPI").content.decode()
    assert "another host is never given the secret" in answer
    assert RecordStore.objects.get().host == "lrs.example.org"


@pytest.mark.parametrize(
    "fields",
    [
        {"address": "http://lrs.example.org/"},
        {"address": f"https://{'a' * 290}/"},
        {"key": ""},
        {"key": "a:b"},
        {"address": "https://lrs.example.org/?a=b"},
        {"told": []},
        {"told": ["mood"]},
    ],
)
def test_what_cannot_be_a_store_is_not_saved(fields):
    stored(just_logged_in(make_admin()), **fields)
    assert not RecordStore.objects.exists()


def test_the_store_is_tested_paused_resumed_and_removed():
    client = just_logged_in(make_admin(first_name="Ada"))
    stored(client)
    client.post(reverse("test_record_store"))
    assert Delivery.objects.get().event == "test"
    client.post(reverse("pause_record_store"))
    assert not RecordStore.objects.get().is_listening
    client.post(reverse("resume_record_store"))
    assert RecordStore.objects.get().is_listening
    client.post(reverse("remove_record_store"))
    assert not RecordStore.objects.exists()
    assert AccountChange.objects.first().kind == "store_ended"


@pytest.mark.parametrize("page", ["test", "pause", "resume", "remove"])
def test_where_there_is_no_store_there_is_nothing_to_do(page):
    client = page_of(make_admin())
    assert client.post(reverse(f"{page}_record_store")).status_code == 404
