"""The page of the policy asks where the school is and whom it teaches, and keeps to what the rules say."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from classroom import law, queries, services
from classroom.law import Verdict
from classroom.models import Decision, Policy, School
from classroom.terms import Reader
from emotion.values import Signal
from tests.classroom.test_policy_pages import CHOICE, log_in_admin, presets
from tests.classroom.test_student_pages import live_lesson, page
from tests.factories import (
    LAWFUL,
    MONDAY,
    make_classroom,
    make_consent,
    make_lesson,
    make_participant,
    make_school,
)

pytestmark = pytest.mark.django_db
EU = {"jurisdiction": "eu", "ages": ["adult"]}
DECIDED = {
    "ground": "GDPR 6(1)(e), assessment of May",
    "decided_by": "Ada Lovelace",
    "decided_on": "2026-05-04",
}
ANSWER_FIRST = "Answer the two questions above, and the reasons stand here."
NEEDED = {
    "ground": "Write on what grounds it was decided.",
    "decided_by": "Write who decided it.",
    "decided_on": "Write when it was decided.",
}


def post(client, **fields):
    return client.post(reverse("choose_policy"), CHOICE | fields)


def asked(client, **fields):
    return post(client, ask="yes", **fields).content.decode()


def errors(content):
    return dict(re.findall(r'<ul class="errors" id="id_(\w+)_error"><li>([^<]*)', content))


def disabled(content):
    return [value for value, rest in presets(content) if "disabled" in rest]


def checked(content):
    return [value for value, rest in presets(content) if "checked" in rest]


def laws(content):
    return [
        " ".join(one.split())
        for one in re.findall(r'<span class="preset-law">(.*?)</span>', content, re.DOTALL)
    ]


def rules_with(monkeypatch, version, change=lambda cell, rule: rule):
    """The rules of another day."""
    rules = law.current()
    cells = {cell: change(cell, rule) for cell, rule in rules.cells.items()}
    later = law.Rules(version=version, jurisdictions=rules.jurisdictions, cells=cells)
    monkeypatch.setattr(law, "current", lambda: later)


def forbid(*signals):
    return lambda cell, rule: replace(rule, verdict=Verdict.FORBIDDEN) if cell.signal in signals else rule


# --- what is offered ---


def test_until_the_school_says_where_it_is_the_strictest_of_all_rules_hold(client):
    log_in_admin(client)
    content = client.get(reverse("choose_policy")).content.decode()
    assert disabled(content) == ["full"] and checked(content) == []
    assert "Until you say it, the strictest of all rules" in content


def test_until_then_no_card_carries_the_reasons_of_every_place_there_is(client):
    log_in_admin(client)
    content = client.get(reverse("choose_policy")).content.decode()
    _self_report, *others, full = laws(content)[:4]
    assert [one.partition("</strong> ")[2] for one in (*others, full)] == [ANSWER_FIRST] * 3
    assert "which rule it is" not in content


@pytest.mark.parametrize(
    ("where", "not_offered", "marked"),
    [
        ("eu", ["full"], ["self_report"]),
        ("elsewhere", ["full"], ["self_report"]),
        ("us", [], []),
        ("uk", [], []),
    ],
)
def test_a_place_is_offered_what_its_rules_allow_and_nothing_is_saved(client, where, not_offered, marked):
    log_in_admin(client)
    content = asked(client, preset="", jurisdiction=where)
    assert (disabled(content), checked(content)) == (not_offered, marked)
    assert not Policy.objects.exists() and "Nothing is saved yet." in content


def test_what_is_not_offered_or_needs_a_decision_says_why_and_which_rule_that_is(client):
    log_in_admin(client)
    content = asked(client, **EU)
    self_report, presence, attention, full, *_places = laws(content)
    assert self_report.startswith("<strong>Allowed there:</strong> no picture is taken")
    assert presence.startswith("<strong>Allowed there:</strong>")
    assert "“On the school&#x27;s server” needs a recorded decision" in presence
    assert attention.startswith("<strong>Needs a recorded decision:</strong>")
    assert full.startswith("<strong>Not offered there:</strong> Inferring emotions from faces is prohibited")
    assert "AI Act), Article 5(1)(f)" in content and "looked up" in content


def test_asking_keeps_what_is_typed(client):
    log_in_admin(client)
    typed = EU | DECIDED | {"ages": ["13_to_15", "adult"], "requires_guardian_consent": "on"}
    content = asked(client, **typed)
    assert 'name="minimum_group_size" value="7"' in content and 'name="names_days" value="300"' in content
    assert '<option value="eu" selected>' in content and '<option value="known" selected>' in content
    assert re.findall(r'name="ages" value="(\w+)"[^>]* checked', content) == ["13_to_15", "adult"]
    assert re.search(r'name="requires_guardian_consent"[^>]* checked', content)
    assert 'value="2026-05-04"' in content and "Ada Lovelace" in content and "assessment of May" in content
    assert "Nothing was saved" not in content and not Policy.objects.exists()


# --- what is taken ---


@pytest.mark.parametrize("missing", ["jurisdiction", "ages"])
def test_who_does_not_say_where_and_whom_saves_nothing(client, missing):
    log_in_admin(client)
    content = client.post(
        reverse("choose_policy"), {name: value for name, value in CHOICE.items() if name != missing}
    ).content.decode()
    assert "Nothing was saved." in content and "Say wh" in content and not Policy.objects.exists()


@pytest.mark.parametrize("readers", ["browser", "server", "either"])
@pytest.mark.parametrize("where", ["eu", "elsewhere"])
def test_what_the_rules_forbid_is_not_saved_whatever_was_decided(client, where, readers):
    log_in_admin(client)
    content = post(client, preset="full", readers=readers, jurisdiction=where, **DECIDED).content.decode()
    assert "This is not allowed there: Inferring emotions" in content and not Policy.objects.exists()


@pytest.mark.parametrize("missing", [*NEEDED, None])
def test_what_needs_a_decision_is_saved_only_with_all_of_it(client, missing):
    log_in_admin(client)
    fields = EU | {name: value for name, value in DECIDED.items() if name != missing}
    content = post(client, preset="attention", **fields).content.decode()
    assert errors(content) == ({missing: NEEDED[missing]} if missing else {})
    assert Policy.objects.exists() == (missing is None)


def test_a_decision_that_no_rule_asks_for_is_none_when_one_does(client, monkeypatch):
    """Typed for another place or for more than this: it does not answer what is asked later."""
    log_in_admin(client)
    post(client, preset="attention", **EU | DECIDED)
    post(client, preset="presence", readers="browser", confirmed="yes", **EU | DECIDED)
    assert Policy.objects.get().signals == {Signal.PRESENCE}
    decide = lambda cell, rule: replace(rule, verdict=Verdict.DECISION)  # noqa: E731
    rules_with(monkeypatch, "later", decide)
    assert not queries.policy_chosen(School.objects.get()).signals
    assert Decision.objects.last().ground == DECIDED["ground"]


def test_a_decision_of_tomorrow_is_none_yet(client):
    log_in_admin(client)
    tomorrow = timezone.localdate() + timedelta(days=1)
    content = post(client, preset="attention", **EU | DECIDED | {"decided_on": tomorrow.isoformat()})
    assert errors(content.content.decode()) == {"decided_on": "A decision is dated today or earlier."}
    assert not Policy.objects.exists()


@pytest.mark.parametrize("ticks", [False, True])
def test_where_the_rules_want_a_guardian_the_policy_asks_for_one(client, ticks):
    log_in_admin(client)
    fields = EU | DECIDED | {"ages": ["13_to_15"]} | ({"requires_guardian_consent": "on"} if ticks else {})
    content = post(client, preset="attention", **fields).content.decode()
    assert ("Tick this: the rules there require it at that age." in content) is not ticks
    assert Policy.objects.filter(requires_guardian_consent=True).exists() is ticks


# --- who decided what ---


def test_each_answer_is_kept_with_who_gave_it_and_the_page_shows_them_all(client):
    admin = log_in_admin(client)
    post(client, preset="self_report", **EU)
    post(client, preset="attention", confirmed="yes", **EU, **DECIDED)
    post(client, preset="attention", confirmed="yes", minimum_group_size="9", **EU, **DECIDED)
    later, first = Decision.objects.all()
    assert (first.preset, first.ground, first.decided_by, first.decided_on) == ("self_report", "", "", None)
    assert (later.jurisdiction, later.ages, later.preset) == ("eu", ["adult"], "attention")
    assert (later.ground, later.decided_by) == (DECIDED["ground"], DECIDED["decided_by"])
    assert later.decided_on == date(2026, 5, 4)
    assert (later.actor, later.actor_name) == (admin, admin.shown_name)
    assert later.rules_version == law.current().version
    table = client.get(reverse("choose_policy")).content.decode().partition("What was decided so far")[2]
    assert table.count("<tr>") == 3 and "European Union or EEA: 18 and older" in table
    assert "GDPR 6(1)(e), assessment of May · Ada Lovelace" in table and "none were needed" in table


def test_an_administrator_reads_the_answers_of_the_own_school_alone(client):
    log_in_admin(client)
    post(client, preset="attention", **EU, **DECIDED)
    log_in_admin(client)
    assert "What was decided so far" not in client.get(reverse("choose_policy")).content.decode()


# --- what is computed ---


def agreed(school, **policy):
    """A consent to everything in an open lesson of a school whose policy stands in the database as given."""
    Policy.objects.filter(school=school).update(**policy)
    lesson = make_lesson(classroom=make_classroom(school=School.objects.get(id=school.id)))
    student = make_participant(lesson=lesson)
    readers = [Reader.BROWSER, Reader.SERVER]
    return make_consent(lesson=lesson, participant=student, signals=list(Signal), readers=readers)


def computed(consent):
    return queries.allowed_signals(consent.lesson_id, [consent.id], timezone.now())[consent.id]


NO_DECISION = {"ground": "", "decided_by": "", "decided_on": None}
A_DECISION = DECIDED | {"decided_on": date(2026, 5, 4)}


@pytest.mark.parametrize(
    ("policy", "signals"),
    [
        ({"jurisdiction": "us", "ages": ["adult"]}, set(Signal)),
        ({"jurisdiction": "us", "ages": ["under_13", "adult"]}, set()),
        ({"jurisdiction": "us", "ages": []}, set()),
        ({"jurisdiction": "eu", "ages": ["adult"]}, set()),
        ({"jurisdiction": "eu", "ages": ["adult"], **A_DECISION}, {Signal.PRESENCE, Signal.ATTENTION}),
        ({"jurisdiction": "", "ages": ["adult"], **A_DECISION}, {Signal.PRESENCE, Signal.ATTENTION}),
        ({"jurisdiction": "moon", "ages": ["adult"]}, set()),
        ({"jurisdiction": "uk", "ages": ["adult"]}, {Signal.PRESENCE}),
    ],
)
def test_what_the_rules_do_not_allow_is_not_computed_whatever_stands_in_the_policy(policy, signals):
    assert computed(agreed(make_school(preset="full"), **policy)) == signals


@pytest.mark.parametrize("missing", ["ground", "decided_by", "decided_on"])
def test_half_a_decision_is_none(missing):
    consent = agreed(make_school(preset="attention"), **EU | A_DECISION | {missing: NO_DECISION[missing]})
    assert computed(consent) == set()


def test_where_the_browser_may_read_what_the_server_may_not_the_place_goes_and_not_the_signal():
    school = make_school(preset="presence", readers="either")
    consent = agreed(school, **EU)
    policy = queries.school_policy(consent.lesson)
    assert policy.terms.readers == {Reader.BROWSER} and policy.signals == {Signal.PRESENCE}
    assert computed(consent) == set()
    assert queries.terms_under(consent.lesson, consent).allowed(Reader.BROWSER) == {Signal.PRESENCE}


def test_a_policy_of_before_goes_on_as_it_was_until_the_school_answers(client):
    admin = log_in_admin(client, preset="full")
    unsaid = {"jurisdiction": "", "ages": [], "rules_version": "", "precedes_rules": True}
    consent = agreed(admin.school, **unsaid)
    assert computed(consent) == set(Signal)
    home = client.get(reverse("attention")).content.decode()
    assert "Your school has not said where it is" in home and "what was chosen goes on" in home
    post(client, preset="self_report", confirmed="yes", **EU)
    assert not Policy.objects.get().precedes_rules
    assert computed(consent) == set()
    assert "not said where it is" not in client.get(reverse("attention")).content.decode()


def test_nothing_new_is_computed_of_a_school_that_does_not_say_where_it_is():
    school = make_school(preset=None)
    services.choose_policy(school=school, preset="full", readers="either", now=MONDAY)
    assert computed(agreed(school)) == set()


def test_what_new_rules_forbid_is_not_computed_until_the_school_answers_and_nothing_is_deleted(
    client, monkeypatch
):
    admin = log_in_admin(client, preset="full")
    consent = agreed(admin.school)
    assert computed(consent) == set(Signal)
    rules_with(monkeypatch, "2027-01-01", forbid(Signal.EXPRESSION))
    assert computed(consent) == {Signal.PRESENCE, Signal.ATTENTION}
    home = client.get(reverse("attention")).content.decode()
    assert "The rules of the law have changed" in home
    assert "until then it is not computed, and nothing is deleted" in home
    assert Policy.objects.get().preset == "full"
    post(client, preset="attention", confirmed="yes")
    assert "The rules of the law have changed" not in client.get(reverse("attention")).content.decode()
    assert Decision.objects.get().rules_version == "2027-01-01"


def test_rules_of_another_version_ask_again_even_where_they_forbid_nothing(client, monkeypatch):
    log_in_admin(client, preset="attention")
    assert queries.rules_ask(Policy.objects.get().school) is None
    rules_with(monkeypatch, "2027-01-01")
    home = client.get(reverse("attention")).content.decode()
    assert "The rules of the law have changed" in home and "what was chosen goes on" in home
    assert "The rules of the law have changed" in client.get(reverse("choose_policy")).content.decode()
    post(client, preset="attention", confirmed="yes")
    assert queries.rules_ask(Policy.objects.get().school) is None


def test_rendered_students_of_a_demonstration_are_nobody_the_law_speaks_of():
    school = make_school(preset="self_report")
    Policy.objects.update(**EU)
    fresh = School.objects.get(id=school.id)
    lesson = make_lesson(classroom=make_classroom(school=fresh), is_simulation=True)
    assert queries.policy_of(lesson).signals == set(Signal)


# --- what students are told of it: AI Act, Article 50(3) ---

TOLD = {
    "presence": "A neural network looks for a face.",
    "attention": "Neural networks find your face and estimate where head and eyes point.",
    "full": "the law calls that an emotion recognition system",
}


def told(content):
    return [
        " ".join(one.split()) for one in re.findall(r"<p[^>]* data-ai-notice>(.*?)</p>", content, re.DOTALL)
    ]


@pytest.mark.parametrize(("preset", "sentence"), TOLD.items())
def test_students_are_told_of_the_ai_system_before_they_choose_and_while_it_reads(preset, sentence):
    lesson = live_lesson(preset=preset)
    student = make_participant(lesson=lesson)
    (before,) = told(page(student, lesson))
    services.give_consent(
        lesson_id=lesson.id, participant_id=student.id, choice="own_results", now=timezone.now()
    )
    (meanwhile,) = told(page(student, lesson))
    assert before == meanwhile and sentence in before
    assert "An AI system reads your pictures." in before
    assert "It is often wrong. It decides nothing: people do." in before


@pytest.mark.parametrize("preset", ["self_report", "full"])
def test_who_is_read_by_no_system_is_told_of_none(preset):
    lesson = live_lesson(preset=preset)
    student = make_participant(lesson=lesson, choice="no_camera")
    assert told(page(student, lesson)) == []
    assert len(told(page(student, lesson, query="?change"))) == (preset == "full")


def test_a_lawful_school_of_the_tests_needs_no_decision():
    assert (
        law.current().finding(LAWFUL["jurisdiction"], LAWFUL["ages"], Signal, Reader).verdict
        == Verdict.ALLOWED
    )
