"""The rules of the law: what the file says, and what is wrong with one that says something else."""

import copy
import tomllib
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom import law
from classroom.law import Age, Verdict
from classroom.law.reader import (
    DoubleRule,
    MissingRule,
    NotToml,
    UnknownName,
    WithoutSource,
    WrongKeys,
    read_rules,
    rules_of,
)
from classroom.law.values import Cell
from classroom.terms import Reader
from emotion.values import Signal

RULES = law.current()
FILE = tomllib.loads(law.FILE.read_text())
PLACES = st.sampled_from([*RULES.jurisdictions, "", "moon"])
AGES = st.sets(st.sampled_from(Age), min_size=1)
SIGNALS = st.sets(st.sampled_from(Signal), min_size=1)
READERS = st.sets(st.sampled_from(Reader), min_size=1)


def verdict(where, ages, signals, readers=frozenset(Reader)):
    return RULES.finding(where, ages, signals, readers).verdict


@given(AGES, READERS)
def test_in_the_eu_and_eea_an_expression_is_never_read_at_any_age(ages, readers):
    found = RULES.finding("eu", ages, {Signal.EXPRESSION}, readers)
    assert found.verdict == Verdict.FORBIDDEN
    assert any("Article 5(1)(f)" in source.article for source in found.sources)


@given(AGES, READERS)
def test_in_the_eu_and_eea_attention_is_read_only_after_a_decision(ages, readers):
    assert verdict("eu", ages, {Signal.ATTENTION}, readers) == Verdict.DECISION


@given(PLACES, AGES)
def test_self_report_alone_is_allowed_everywhere_at_any_age(where, ages):
    found = RULES.finding(where, ages, (), ())
    assert (found.verdict, found.rules) == (Verdict.ALLOWED, ())


@given(st.sampled_from(list(RULES.jurisdictions)), AGES, SIGNALS, READERS)
def test_a_place_that_is_not_listed_is_under_the_strictest_of_all_rules(where, ages, signals, readers):
    assert verdict("moon", ages, signals, readers) >= verdict(where, ages, signals, readers)
    assert verdict("", ages, signals, readers) == verdict("moon", ages, signals, readers)


@given(PLACES, AGES, SIGNALS, READERS)
def test_who_does_not_say_whom_it_teaches_teaches_everybody(where, ages, signals, readers):
    everybody = verdict(where, (), signals, readers)
    assert everybody == verdict(where, set(Age), signals, readers) >= verdict(where, ages, signals, readers)


@given(PLACES, AGES, AGES, SIGNALS, SIGNALS, READERS, READERS)
def test_who_asks_for_more_is_never_under_less(where, ages, more_ages, signals, more, readers, more_readers):
    wider = RULES.finding(where, ages | more_ages, signals | more, readers | more_readers)
    narrower = RULES.finding(where, ages, signals, readers)
    assert wider.verdict >= narrower.verdict and set(narrower.rules) <= set(wider.rules)


@pytest.mark.parametrize("where", list(RULES.jurisdictions))
def test_the_younger_the_more_that_is_read_and_the_further_it_travels_the_stricter(where):
    found = {one: RULES.cells[Cell(where, *one)].verdict for one in product(Age, Signal, Reader)}
    for (age, signal, reader), its in found.items():
        older = list(Age)[list(Age).index(age) :]
        less = list(Signal)[: list(Signal).index(signal) + 1]
        nearer = {Reader.BROWSER, reader}
        assert all(its >= found[one] for one in product(older, less, nearer))


@pytest.mark.parametrize("cell", list(RULES.cells), ids=str)
def test_each_rule_says_why_and_where_it_comes_from(cell):
    rule = RULES.cells[cell]
    assert rule.why and rule.sources
    assert all(one.article and one.link and one.since and one.checked for one in rule.sources)
    assert rule.verdict == Verdict.FORBIDDEN or rule.notices[0].name == "told"


@given(PLACES, AGES, SIGNALS, READERS)
def test_the_strictest_rule_stands_first_and_alone_says_why(where, ages, signals, readers):
    found = RULES.finding(where, ages, signals, readers)
    assert found.verdict == max(rule.verdict for rule in found.rules)
    assert set(found.whys) == {rule.why for rule in found.rules if rule.verdict == found.verdict}


# --- a file that is wrong ---


def spoilt(change):
    file = copy.deepcopy(FILE)
    change(file)
    return file


WRONG = {
    "a key is missing": (lambda file: file.pop("version"), WrongKeys),
    "a key is unknown": (lambda file: file.update(advice="none"), WrongKeys),
    "no version": (lambda file: file.update(version=""), WrongKeys),
    "a version that is a number": (lambda file: file.update(version=3), WrongKeys),
    "a version that is too long": (lambda file: file.update(version="1" * 21), WrongKeys),
    "no places": (lambda file: file.update(jurisdictions={}), WrongKeys),
    "rules that are no list": (lambda file: file.update(rules={}), WrongKeys),
    "a rule that is no table": (lambda file: file["rules"].append("no"), WrongKeys),
    "a rule without a reason": (lambda file: file["rules"][0].update(why=" "), WrongKeys),
    "a rule with a key of its own": (lambda file: file["rules"][0].update(until=3), WrongKeys),
    "a rule for nobody": (lambda file: file["rules"][0].update(ages=[]), WrongKeys),
    "ages that are no list": (lambda file: file["rules"][0].update(ages="adult"), WrongKeys),
    "a source without a date": (lambda file: file["sources"]["gdpr"].pop("since"), WrongKeys),
    "a date that is a text": (lambda file: file["sources"]["gdpr"].update(checked="2026-11-28"), WrongKeys),
    "a source without a link": (lambda file: file["sources"]["gdpr"].update(link=""), WrongKeys),
    "an unknown place": (lambda file: file["rules"][0].update(where=["moon"]), UnknownName),
    "an unknown age": (lambda file: file["rules"][0].update(ages=["old"]), UnknownName),
    "an unknown signal": (lambda file: file["rules"][0].update(signals=["mood"]), UnknownName),
    "an unknown reader": (lambda file: file["rules"][0].update(readers=["cloud"]), UnknownName),
    "an unknown verdict": (lambda file: file["rules"][0].update(verdict="maybe"), UnknownName),
    "a verdict that is a list": (lambda file: file["rules"][0].update(verdict=["allowed"]), UnknownName),
    "an unknown notice": (lambda file: file["rules"][1].update(notices=["hush"]), UnknownName),
    "an unknown source": (lambda file: file["rules"][0].update(sources=["rumour"]), UnknownName),
    "two rules for the same": (lambda file: file["rules"].append(file["rules"][0]), DoubleRule),
    "no rule for something": (lambda file: file["rules"].pop(), MissingRule),
    "a place without rules": (lambda file: file["jurisdictions"].update(moon="Moon"), MissingRule),
    "no words for a guardian": (lambda file: file["notices"].pop("guardian"), UnknownName),
    "a rule without a source": (lambda file: file["rules"][0].update(sources=[]), WithoutSource),
}


@pytest.mark.parametrize(("change", "error"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_by_the_name_of_what_is_wrong(change, error):
    with pytest.raises(error):
        rules_of(spoilt(change))


@pytest.mark.parametrize("content", [b"[", b"version = ", b"\xff\xfe"])
def test_what_is_no_toml_is_refused(tmp_path, content):
    file = tmp_path / "rules.toml"
    file.write_bytes(content)
    with pytest.raises(NotToml):
        read_rules(file)


def test_the_file_of_the_product_is_whole():
    assert rules_of(FILE).cells.keys() == RULES.cells.keys()
