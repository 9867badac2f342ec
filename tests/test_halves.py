"""Two processes run the tests: what waits for the running product stays in one of them."""

import re
from pathlib import Path

from tests.halves import WITH_PRODUCT

ROOT = Path(__file__).resolve().parents[1]
ASKS = re.compile(r"^ *(?:async )?def .*\b(?:running_product|open_page)\b", re.MULTILINE)


def test_every_file_that_needs_the_running_product_is_of_its_half():
    asking = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("test_*.py")
        if ASKS.search(path.read_text())
    }
    assert {path for path in asking if not path.startswith(WITH_PRODUCT)} == set()
    assert [named for named in WITH_PRODUCT if not any(path.startswith(named) for path in asking)] == []
