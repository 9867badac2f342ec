"""Three processes run the tests: what waits for servers of one kind stays in one of them."""

import re
from pathlib import Path

import pytest

from tests.parts import WITH_OWN_SERVERS, WITH_PRODUCT

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = re.compile(r"^ *(?:async )?def .*\b(?:running_product|open_page)\b", re.MULTILINE)
OWN = re.compile(r"^ *(?:async )?def .*\bstart_product\b", re.MULTILINE)
FILES = {str(path.relative_to(ROOT)): path.read_text() for path in (ROOT / "tests").rglob("test_*.py")}


@pytest.mark.parametrize(("asks", "places"), [(PRODUCT, WITH_PRODUCT), (OWN, WITH_OWN_SERVERS)])
def test_every_file_that_needs_such_servers_is_of_their_part(asks, places):
    asking = {path for path, text in FILES.items() if asks.search(text)}
    assert {path for path in asking if not path.startswith(places)} == set()


@pytest.mark.parametrize("named", WITH_PRODUCT + WITH_OWN_SERVERS)
def test_every_place_that_is_named_has_tests(named):
    assert any(path.startswith(named) for path in FILES)
