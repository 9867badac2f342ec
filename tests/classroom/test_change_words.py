"""The school's log reads in each reader's language, whoever's language the change was made in."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from classroom import services
from classroom.change_words import read_detail
from classroom.models import AccountChange, Policy, User
from tests.factories import MONDAY, make_admin, make_classroom, make_school, make_teacher

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "de", "es")


def changes_made_in(language):
    """One of each kind whose words are ours."""
    school = make_school(preset=None, name="Hill School")
    admin, teacher = make_admin(school=school), make_teacher(school=school)
    by = {"actor": admin, "now": MONDAY}
    with override(language):
        invitation, _token = services.invite(school=school, role="teacher", **by)
        services.revoke_invitation(invitation_id=invitation.id, **by)
        services.change_role(account_id=teacher.id, role="student", **by)
        services.change_role(account_id=teacher.id, role="teacher", **by)
        for is_required in (True, False):
            services.require_course(school_id=school.id, is_required=is_required, **by)
        lawful = {"jurisdiction": "us", "ages": ["adult"], "user": admin}
        for preset, group in (("self_report", 5), ("presence", 7)):
            services.choose_policy(
                school=school, preset=preset, now=MONDAY, minimum_group_size=group, **lawful
            )
        settings = {"short_name": "student", "joins": "roster", "most_places": 30}
        services.change_school(school_id=school.id, **settings, **by)
        services.change_contact(school_id=school.id, imprint="Hill Road 1", **by)
        services.set_logo(school_id=school.id, png=b"picture", **by)
        services.remove_logo(school_id=school.id, **by)
        mine = make_classroom(teacher=teacher, name="Physics")
        other = make_teacher(school=school, first_name="Grace", last_name="Hopper")
        User.objects.filter(id=teacher.id).update(first_name="Ada", last_name="Lovelace")
        services.hand_over(classroom_id=mine.id, owner_id=teacher.id, teacher_id=other.id, stays=False, **by)
    return list(AccountChange.objects.filter(school=school).order_by("id"))


def read(changes):
    return [read_detail(change) for change in changes]


@pytest.mark.parametrize("reader", LANGUAGES)
def test_a_reader_finds_the_same_words_whoever_made_the_change(reader):
    rows = {maker: changes_made_in(maker) for maker in LANGUAGES}
    with override(reader):
        own = read(rows[reader])
        assert all(read(changes) == own for changes in rows.values())
    # Each text but the first of a setting that is named otherwise is as its maker wrote it.
    apart = [(said, row.detail) for said, row in zip(own, rows[reader], strict=True) if said != row.detail]
    assert len(rows[reader]) == 16 and len(apart) == 1
    assert ("preset" in apart[0][1]) == (reader == "en")


def test_what_was_written_in_english_is_read_in_german():
    rows = changes_made_in("en")
    with override("de"):
        shown = read(rows)
    assert shown[:3] == ["Lehrkraft", "Lehrkraft", "Lehrkraft → Lernende"]
    assert "Physics, bisher von Ada Lovelace" in shown
    with override("en"):
        assert not set(read(rows)) & set(shown)


def test_what_somebody_typed_stays_as_it_was_typed_though_it_is_a_word_of_ours():
    row = next(one for one in changes_made_in("en") if one.detail.endswith("none → student"))
    with override("de"):
        assert read_detail(row).endswith("→ student") and "none" not in read_detail(row)
    row.kind, row.detail = AccountChange.Kind.CODE, "teacher"
    with override("de"):
        assert read_detail(row) == "teacher", "the name of a class"


def test_a_row_that_no_template_fits_is_shown_as_it_is():
    for kind in AccountChange.Kind:
        for detail in ("", "of another version: a → b", "→", "%(setting)s", "x" * 200):
            assert read_detail(AccountChange(kind=kind, detail=detail)) == detail


def test_the_page_of_the_school_says_it_in_its_readers_language_and_escaped():
    admin = make_admin(school=make_school(preset=None), language="de")
    log = {"school": admin.school, "actor": admin, "actor_name": "Grace", "at": MONDAY}
    labels = [str(Policy.Preset[name].label) for name in ("ATTENTION", "SELF_REPORT")]
    AccountChange.objects.create(kind="changed", detail=f"preset: {labels[0]} → {labels[1]}", **log)
    AccountChange.objects.create(kind="setting", detail="short name: none → <b>x</b>", **log)
    client = Client()
    client.force_login(admin)
    shown = client.get(reverse("people")).content.decode().split("<main")[1]
    assert "preset" not in shown and labels[0] not in shown
    assert "→ &lt;b&gt;x&lt;/b&gt;" in shown and "none" not in shown
