"""What a policy and a consent both allow: of each fact the narrower."""

from dataclasses import replace

import pytest

from classroom.terms import Reader, Terms
from emotion.values import Signal

PRESENCE, ATTENTION, EXPRESSION = Signal
TERMS = Terms(
    frozenset({PRESENCE, ATTENTION}),
    readers=frozenset({Reader.SERVER}),
    retention_days=30,
    sums_days=90,
    minimum_group_size=5,
    counted="known",
)
WIDER = {
    "signals": frozenset(Signal),
    "readers": frozenset(Reader),
    "retention_days": 31,
    "sums_days": 91,
    "minimum_group_size": 4,
    "counted": "everybody",
}


@pytest.mark.parametrize("fact", WIDER)
def test_both_together_allow_the_narrower_whichever_comes_first(fact):
    wider = replace(TERMS, **{fact: WIDER[fact]})
    assert wider & TERMS == TERMS & wider == TERMS


def test_signals_that_only_one_of_them_allows_are_not_allowed():
    other = replace(TERMS, signals=frozenset({PRESENCE, EXPRESSION}))
    assert (TERMS & other).signals == {PRESENCE}


def test_a_browser_and_a_server_that_read_alone_have_nothing_in_common():
    """Each is something else: whoever agreed to one is asked again for the other."""
    browser = replace(TERMS, readers=frozenset({Reader.BROWSER}))
    assert (TERMS & browser).readers == frozenset()
    assert TERMS.widens(browser) and browser.widens(TERMS)
    assert (
        (TERMS & browser).allowed(Reader.SERVER) == (TERMS & browser).allowed(Reader.BROWSER) == frozenset()
    )


def test_signals_are_allowed_only_where_pictures_may_be_read():
    assert TERMS.allowed(Reader.SERVER) == TERMS.signals
    assert TERMS.allowed(Reader.BROWSER) == frozenset()


@pytest.mark.parametrize("fact", WIDER)
def test_terms_widen_where_one_fact_does(fact):
    wider = replace(TERMS, **{fact: WIDER[fact]})
    assert wider.widens(TERMS)
    assert not TERMS.widens(wider)
    assert not TERMS.widens(TERMS)
