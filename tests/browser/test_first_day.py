"""A fresh install goes to its first real lesson: by the product's own pages, without a shell."""

import io
import re
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from classroom.models import Attendance, Classroom, School
from tests.browser.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 390, "height": 844}
PASSWORD = "correct horse battery"
ROSTER = "Name\nAda Lovelace\nKim\n"


def first_logins():
    """As `make run` prints them: the password of each role."""
    printed = io.StringIO()
    call_command("set_up", stdout=printed)
    return {role: password for _, role, _, password in map(str.split, printed.getvalue().splitlines())}


def begin_as_administrator(page, password):
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_label("First name").fill("Grace")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("Lakeside School")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Where is your school?").select_option(label="European Union or EEA")
    page.get_by_role("checkbox", name="16 and 17").check()
    page.get_by_role("radio", name=re.compile("Self-report only")).check()
    page.get_by_role("button", name="Save this policy").click()
    expect(page.get_by_text("The policy is saved and holds from now on.")).to_be_visible()


def invite(page, role):
    page.goto("/people/")
    page.get_by_label("Role").select_option(label=role)
    page.get_by_role("button", name="Make the link").click()
    return urlsplit(page.locator("#link").inner_text()).path


def accept(open_page, link, name, **options):
    page = open_page(link, **options)
    page.get_by_label("First name").fill(name)
    page.get_by_label("User name").fill(name.lower())
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password confirmation").fill(PASSWORD)
    page.get_by_role("button", name="Make the account and log in").click()
    return page


def make_class(page):
    page.get_by_label("Name").fill("Physics 10a")
    page.get_by_role("button", name="Make classroom").click()
    page.get_by_role("link", name=re.compile("^Teachers")).click()
    page.get_by_label("Teacher").first.select_option(label="Noor (noor)")
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text("co-teacher", exact=False).first).to_be_visible()
    page.goto(f"/classrooms/{Classroom.objects.get(name='Physics 10a').id}/")
    page.get_by_role("link", name="Add a roster").click()
    file = {"name": "class.csv", "mimeType": "text/csv", "buffer": ROSTER.encode()}
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Look at the list").click()
    page.get_by_role("button", name="Add 2 names").click()


def test_a_school_goes_from_a_fresh_install_to_its_first_lesson(open_page):
    grace = open_page("/login/")
    begin_as_administrator(grace, first_logins()["admin"])
    expect(grace.get_by_role("link", name="People").first).to_be_visible()
    assert School.objects.get().name == "Lakeside School"

    second = accept(open_page, invite(grace, "administrator"), "Alan")
    mira = accept(open_page, invite(second, "teacher"), "Mira")
    noor = accept(open_page, invite(second, "teacher"), "Noor")
    make_class(mira)

    mira.goto(f"/classrooms/{Classroom.objects.get(name='Physics 10a').id}/")
    link = urlsplit(mira.locator(".join-link").get_attribute("href")).path
    mira.get_by_label("Title").fill("Waves")
    mira.get_by_role("button", name="Start lesson").click()

    ada = open_page(link, viewport=PHONE)
    ada.get_by_label("Your name").fill("ada lovelace")
    ada.get_by_role("button", name="Go on").click()
    ada.get_by_role("button", name=re.compile("Without camera")).click()
    expect(ada.get_by_role("button", name="Lost")).to_be_enabled()
    until(ada, lambda: Attendance.objects.filter(participant__display_name="Ada Lovelace").exists())

    noor.goto("/classrooms/")
    noor.get_by_role("link", name="Physics 10a").click()
    noor.get_by_role("link", name="Open the dashboard").click()
    expect(noor.get_by_text("Waves").first).to_be_visible()
