"""What is collected once stays, and what a test leaves behind is still found."""

import gc


def test_modules_and_tests_are_not_looked_through_while_what_a_test_leaves_is():
    assert gc.get_freeze_count() > 50_000
    assert gc.isenabled()
    assert not any(one is gc for one in gc.get_objects())
