"""Tables on a phone: whoever sees a part of one can reach the rest, by keyboard too."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Two columns fit on every phone.
WIDE = 3


def wide_tables():
    """Those of three columns or more, with what stands before each. A share's bar has no words to cut."""
    for page in sorted((ROOT / "templates").rglob("*.html")):
        before = ""
        for table in re.split(r"(?=<table )", page.read_text()):
            head = table.partition("</thead>")[0]
            columns = head.count('scope="col"') + ("{% for" in head) * WIDE
            if table.startswith('<table class="table') and "shares" not in head[:40] and columns >= WIDE:
                yield page, before
            before = table


@pytest.mark.parametrize(("page", "before"), list(wide_tables()), ids=lambda one: getattr(one, "name", ""))
def test_a_wide_table_stands_in_a_region_that_scrolls_and_takes_the_focus(page, before):
    region = re.search(r'<div class="table-wrap"([^>]*)>\s*\Z', before)
    assert region, "it stands in no region"
    assert 'tabindex="0"' in region[1] and 'role="region"' in region[1]
    assert re.search(r'aria-label(ledby)?="', region[1])


def test_there_are_wide_tables():
    assert len(list(wide_tables())) >= 7
