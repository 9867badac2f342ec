"""The administrator's one decision."""

import re

import pytest
from django.urls import reverse

from classroom.models import Policy
from tests.factories import make_admin, make_school

pytestmark = pytest.mark.django_db

CHOICE = {"preset": "attention", "minimum_group_size": "7", "retention_days": "14", "minimum_age": "14"}


def log_in_admin(client, preset=None):
    admin = make_admin(school=make_school(preset=preset))
    client.force_login(admin)
    return admin


def presets(content):
    return re.findall(r'<input type="radio" name="preset" value="(\w+)"([^>]*)>', content)


def test_three_presets_are_offered_and_none_is_chosen_for_the_school(client):
    log_in_admin(client)
    offered = presets(client.get(reverse("choose_policy")).content.decode())
    assert [value for value, _ in offered] == ["presence", "attention", "full"]
    assert not any("checked" in rest for _, rest in offered)


def test_each_preset_says_what_european_law_says_about_it(client):
    log_in_admin(client)
    content = client.get(reverse("choose_policy")).content.decode()
    assert content.count("EU and EEA") >= 3
    assert "Article 5(1)(f)" in content
    assert "Consent does not cure that" in content


def test_the_choice_is_kept_with_who_made_it(client):
    admin = log_in_admin(client)
    answer = client.post(reverse("choose_policy"), CHOICE | {"requires_guardian_consent": "on"})
    assert answer.url == reverse("overview")
    policy = Policy.objects.get(school=admin.school)
    assert (policy.allows_attention, policy.allows_expression) == (True, False)
    assert (policy.minimum_group_size, policy.retention_days, policy.minimum_age) == (7, 14, 14)
    assert policy.requires_guardian_consent is True
    assert policy.chosen_by == admin


def test_what_holds_now_is_shown_later(client):
    log_in_admin(client, preset="presence")
    offered = presets(client.get(reverse("choose_policy")).content.decode())
    assert [value for value, rest in offered if "checked" in rest] == ["presence"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"preset": ""},
        {"preset": "demo"},
        {"preset": "everything"},
        {"minimum_group_size": "2"},
        {"minimum_group_size": "51"},
        {"retention_days": "0"},
        {"retention_days": "366"},
        {"minimum_age": "-1"},
    ],
)
def test_a_choice_that_is_not_offered_changes_nothing(client, wrong):
    log_in_admin(client)
    answer = client.post(reverse("choose_policy"), CHOICE | wrong)
    assert 'class="errors"' in answer.content.decode()
    assert not Policy.objects.exists()


def test_an_administrator_without_a_school_has_nothing_to_choose(client):
    admin = log_in_admin(client)
    admin.school = None
    admin.save()
    assert client.get(reverse("choose_policy")).status_code == 404
