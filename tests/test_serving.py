"""Nobody waits for a test's server to end."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ONLY = ROOT / "tests" / "serving.py"


def test_no_test_has_a_server_of_its_own_look_twice_a_second_whether_it_is_to_end():
    asks = ".serve" + "_forever"
    assert asks in ONLY.read_text()
    others = (path for path in (ROOT / "tests").rglob("*.py") if path != ONLY)
    assert [str(path.relative_to(ROOT)) for path in others if asks in path.read_text()] == []
