"""How a school registers a platform, by hand or with a link, and ends it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from classroom import services
from classroom.lti.keys import opened
from classroom.lti.tokens import signed
from classroom.lti.vocabulary import CLAIM, SELECTION_CLAIM, TOOL_CONFIGURATION
from classroom.models import AccountChange, ApiToken, Classroom, Participant, Platform, ToolKey, User
from classroom.models.platforms import REGISTRATION_LASTS
from tests.factories import make_admin, make_school
from tests.lti.conftest import begin, launch, teach, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(admin, settings):
    client = visitor()
    client.force_login(admin)
    return client


def form_of(simulator, **changes):
    fields = simulator.fields | changes
    return fields | {"deployment_ids": "\n".join(fields["deployment_ids"])}


def link_of(administrator):
    page = administrator.post("/platforms/link/").content.decode()
    return page.partition("http://testserver/lti/register/")[2].partition("<")[0].partition("/")[0]


def register(client, simulator, token, **changes):
    told = {"openid_configuration": f"{simulator.url}/configuration", "registration_token": "one-time"}
    return client.post(f"/lti/register/{token}/", told | changes)


def test_by_hand_an_administrator_copies_what_the_platform_shows(simulator, school, administrator):
    page = administrator.get("/platforms/new/").content.decode()
    assert f"http://testserver/lti/{school.id}/login/" in page and "http://testserver/lti/keys/" in page
    assert administrator.post("/platforms/new/", form_of(simulator)).url == "/platforms/"
    platform = Platform.objects.get()
    assert (platform.school, platform.issuer, platform.deployment_ids) == (
        school,
        simulator.url,
        ["deployment-1"],
    )
    assert platform.active_since is not None
    change = AccountChange.objects.get(kind=AccountChange.Kind.PLATFORM_MADE)
    assert change.detail == f"Moodle: {simulator.url}"
    simulator.tool_keys = services.published_keys(now=timezone.now())["keys"]
    teach(simulator, school)


def test_the_same_platform_twice_is_refused_with_a_reason(simulator, platform, administrator):
    page = administrator.post("/platforms/new/", form_of(simulator))
    assert "registered already" in page.content.decode()
    assert Platform.objects.count() == 1


@pytest.mark.parametrize("field", ["login_url", "token_url", "keys_url"])
@pytest.mark.parametrize(
    "address", ["http://moodle.example/x", "https://192.168.1.1/x", "javascript:alert(1)"]
)
def test_an_address_that_this_server_may_not_ask_is_refused(field, address, simulator, administrator):
    page = administrator.post("/platforms/new/", form_of(simulator, **{field: address}))
    assert "This server sends nothing there" in page.content.decode()
    assert not Platform.objects.exists()


def test_a_platform_registers_itself_by_a_link_and_waits_for_the_administrator(
    simulator, school, administrator
):
    token = link_of(administrator)
    asks = visitor().get(
        f"/lti/register/{token}/", {"openid_configuration": f"{simulator.url}/configuration"}
    )
    assert simulator.url in asks.content.decode()
    assert not Platform.objects.exists()
    assert "Registered" in register(visitor(), simulator, token).content.decode()
    (told,) = simulator.registered
    assert told["initiate_login_uri"] == f"http://testserver/lti/{school.id}/login/"
    assert told["jwks_uri"] == "http://testserver/lti/keys/"
    assert "email" not in told[TOOL_CONFIGURATION]["claims"]
    platform = Platform.objects.get()
    assert (platform.name, platform.client_id, platform.deployment_ids, platform.active_since) == (
        "Moodle",
        "client-1",
        ["deployment-1"],
        None,
    )
    answer = visitor().get(f"/lti/{school.id}/login/", {"iss": simulator.url, "login_hint": "t1"})
    assert answer.status_code == 403
    administrator.post(f"/platforms/{platform.id}/on/")
    simulator.tool_keys = services.published_keys(now=timezone.now())["keys"]
    teach(simulator, school)


def test_a_registration_link_works_once(simulator, administrator):
    token = link_of(administrator)
    register(visitor(), simulator, token)
    assert "does not work" in register(visitor(), simulator, token).content.decode()
    assert Platform.objects.count() == 1


def test_a_registration_link_ends_with_its_time_and_with_the_right_of_its_maker(simulator, admin, school):
    now = timezone.now()
    old = services.invite_platform(
        school=school, actor=admin, now=now - REGISTRATION_LASTS - timedelta(minutes=1)
    )
    lost = services.invite_platform(school=school, actor=admin, now=now)
    assert "does not work" in register(visitor(), simulator, old).content.decode()
    User.objects.filter(id=admin.id).update(role="teacher")
    assert "does not work" in register(visitor(), simulator, lost).content.decode()
    assert not Platform.objects.exists()


@pytest.mark.parametrize(
    "configuration", ["https://10.0.0.1/x", "http://evil.example/x", "nonsense", "", "http://["]
)
def test_a_link_asks_no_server_that_may_not_be_asked(configuration, simulator, administrator):
    token = link_of(administrator)
    answer = register(visitor(), simulator, token, openid_configuration=configuration)
    assert "did not register" in answer.content.decode()
    assert not Platform.objects.exists()


def test_a_page_of_one_server_does_not_speak_for_another(simulator, administrator, monkeypatch):
    """Else whoever has the link could register an issuer with keys of their own."""
    monkeypatch.setattr("classroom.lti.registration.server_of", lambda url: url)
    answer = register(visitor(), simulator, link_of(administrator))
    assert "did not register" in answer.content.decode()


def test_a_platform_of_one_school_is_no_other_administrators(simulator, platform):
    other = visitor()
    other.force_login(make_admin(school=make_school()))
    assert f"/platforms/{platform.id}/" not in other.get("/platforms/").content.decode()
    for path in ("", "on/", "remove/"):
        assert other.post(f"/platforms/{platform.id}/{path}").status_code == 404
    assert Platform.objects.count() == 1


def test_without_its_platform_an_account_stays_and_has_no_way_in(simulator, platform, school, administrator):
    client = teach(simulator, school)
    launch(visitor(), simulator, school, "s1")
    Participant.objects.create(
        classroom=Classroom.objects.get(), display_name="Kim", is_expected=True, platform_subject="s2"
    )
    owner = User.objects.get(role="teacher")
    services.make_token(owner=owner, school=school, name="x", scopes=["lessons"], now=timezone.now())
    assert "Remove Moodle?" in administrator.get(f"/platforms/{platform.id}/remove/").content.decode()
    administrator.post(f"/platforms/{platform.id}/remove/")
    assert User.objects.filter(role__in=("teacher", "student")).count() == 2
    assert Classroom.objects.count() == 1
    assert not ApiToken.objects.exists()
    assert client.get(f"/classrooms/{Classroom.objects.get().id}/").status_code == 302
    answer = visitor().get(
        f"/lti/{school.id}/login/", {"iss": simulator.url, "client_id": "client-1", "login_hint": "t1"}
    )
    assert answer.status_code == 403
    assert set(Participant.objects.values_list("platform_subject", flat=True)) == {""}
    assert AccountChange.objects.filter(kind=AccountChange.Kind.PLATFORM_ENDED).exists()


def test_what_an_administrator_changes_is_logged_and_old_keys_are_forgotten(
    simulator, platform, school, administrator
):
    teach(simulator, school)
    changed = form_of(simulator, keys_url=f"{simulator.url}/none")
    assert administrator.post(f"/platforms/{platform.id}/", changed).status_code == 302
    assert launch(visitor(), simulator, school, "t1").status_code == 503
    assert AccountChange.objects.filter(kind=AccountChange.Kind.PLATFORM_CHANGED).exists()


def test_a_chosen_link_goes_to_the_platform_signed(simulator, platform, school):
    client = visitor()
    asked = begin(
        client, simulator, school, "t1", target_link_uri=f"http://testserver/lti/{school.id}/selection/"
    )
    claims = simulator.selection("t1", nonce=asked.nonce, target="")
    form = {"state": asked.state, "id_token": simulator.signed(claims)}
    page = client.post(f"/lti/{school.id}/", form)
    policy = page.headers["Content-Security-Policy"]
    assert f"form-action {simulator.url};" in f"{policy};" and f"frame-ancestors {simulator.url}" in policy
    token = page.content.decode().partition('name="JWT" value="')[2].partition('"')[0]
    said = simulator.verified(token, simulator.url)
    assert said["iss"] == "client-1" and said[f"{SELECTION_CLAIM}data"] == "abc"
    assert said[f"{CLAIM}deployment_id"] == "deployment-1"
    (item,) = said[f"{SELECTION_CLAIM}content_items"]
    assert (item["type"], item["url"]) == ("ltiResourceLink", f"http://testserver/lti/{school.id}/")
    assert not User.objects.exclude(role="admin").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"deep_link_return_url": "http://evil.example/"},
        {"deep_link_return_url": "https://a; script-src *"},
        {"accept_types": ["file"]},
    ],
)
def test_a_link_is_sent_to_no_address_that_is_none_and_only_where_links_are_taken(
    changes, simulator, platform, school
):
    client = visitor()
    asked = begin(client, simulator, school, "t1")
    claims = simulator.selection("t1", nonce=asked.nonce, target="")
    claims[f"{SELECTION_CLAIM}deep_linking_settings"] |= changes
    form = {"state": asked.state, "id_token": simulator.signed(claims)}
    assert client.post(f"/lti/{school.id}/", form).status_code == 403


def test_a_student_chooses_no_link(simulator, platform, school):
    client = visitor()
    asked = begin(client, simulator, school, "s1")
    claims = simulator.selection("s1", nonce=asked.nonce, target="")
    form = {"state": asked.state, "id_token": simulator.signed(claims)}
    assert client.post(f"/lti/{school.id}/", form).status_code == 403


def test_the_tools_key_is_made_once_published_and_sealed(client):
    first = client.get("/lti/keys/").json()["keys"]
    assert client.get("/lti/keys/").json()["keys"] == first
    (row,) = ToolKey.objects.all()
    assert set(first[0]) == {"kty", "n", "e", "kid", "alg", "use"}
    assert b"ENCRYPTED" in bytes(row.sealed)
    assert opened(row.name, bytes(row.sealed), b"another secret") is None


def test_a_new_key_signs_at_once_and_the_one_before_stays_published_until_the_next(simulator):
    now = timezone.now()
    before = services.tool_key(now=now)
    call_command("rotate_lti_key")
    after = services.tool_key(now=now)
    published = [one["kid"] for one in services.published_keys(now=now)["keys"]]
    assert published == [after.name, before.name] and after.name != before.name
    call_command("rotate_lti_key")
    published = [one["kid"] for one in services.published_keys(now=now)["keys"]]
    assert len(published) == 2 and before.name not in published
    simulator.tool_keys = services.published_keys(now=now)["keys"]
    token = signed({"aud": "x"}, services.tool_key(now=now), now=now)
    assert simulator.verified(token, "x")["jti"]


def test_with_another_secret_key_a_new_key_is_made(settings):
    now = timezone.now()
    before = services.tool_key(now=now)
    settings.SECRET_KEY = "another one, of more than 32 characters"
    assert services.tool_key(now=now).name != before.name
