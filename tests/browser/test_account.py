"""The own account in a real browser: passkeys whole, every page under our own policy for scripts."""

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.factories import make_teacher

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
PAGES = (
    "/account/",
    "/account/password/",
    "/account/email/",
    "/account/logins/",
    "/account/second-factor/",
    "/account/second-factor/app/",
    "/account/second-factor/keys/",
    "/account/second-factor/keys/add/",
)
DOORS = ("/login/", "/reset/", "/reset/sent/", "/reset/1-none/", "/login/failed/", "/login/inactive/")
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def teacher(transactional_db):
    return make_teacher(username="kim", password=PASSWORD, first_name="Kim", last_name="Berg")


@pytest.fixture
def complaints():
    """What the browser's console says is wrong."""
    return []


@pytest.fixture
def browse(open_page, running_product, complaints):
    """A page under the name `localhost`: an address of numbers has no passkeys."""

    def begin(**options):
        page = open_page("about:blank", **options)
        page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"http://localhost:{running_product.port}/login/")
        return page

    return begin


def at(page, path):
    page.goto(f"{re.match(r'http://[^/]+', page.url)[0]}{path}")


def log_in(page):
    page.get_by_label("User name").fill("kim")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def give_authenticator(page):
    """A phone that says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_made_and_then_logs_in_without_a_password(browse, teacher, complaints):
    page = browse()
    give_authenticator(page)
    log_in(page)
    page.get_by_role("link", name="Kim Berg").click()
    page.get_by_role("link", name="Second factor").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Log in with it alone").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    at(page, "/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("link", name="Kim Berg")).to_be_visible()
    assert [one.type for one in Authenticator.objects.order_by("type")] == ["recovery_codes", "webauthn"]
    assert complaints == []


def test_a_passkey_is_the_second_factor_after_the_password(browse, teacher, complaints):
    page = browse()
    give_authenticator(page)
    log_in(page)
    at(page, "/account/second-factor/keys/add/")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    at(page, "/login/")
    log_in(page)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_role("button", name="Use a passkey or key").click()
    expect(page.get_by_role("link", name="Kim Berg")).to_be_visible()
    assert complaints == []


def test_who_turns_the_passkey_down_reads_what_else_there_is(browse, teacher):
    page = browse()
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('turned down')); }")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_text("no passkey was used")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone_and_breaks_no_rule_of_the_browser(
    browse, teacher, complaints, save_screenshot, scheme
):
    page = browse(viewport=PHONE, color_scheme=scheme)
    for path in DOORS:
        at(page, path)
        look_at(page, path, scheme, save_screenshot)
    at(page, "/login/")
    log_in(page)
    expect(page.get_by_role("link", name="Kim Berg")).to_be_visible()
    for path in PAGES:
        at(page, path)
        look_at(page, path, scheme, save_screenshot)
    assert [one for one in complaints if "401" not in one] == []


def look_at(page, path, scheme, save_screenshot):
    assert page.locator("h1").count() == 1, path
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    save_screenshot(page, f"account{path.replace('/', '-')}{scheme}")
