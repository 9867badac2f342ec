"""What `collectstatic` makes of the files."""

from pathlib import Path

import pytest

from classroom.static_files import HashedStaticFiles

WASM, BROTLI = b"\0asm" + bytes(2000), b"as brotli has it"


@pytest.fixture
def collected(tmp_path: Path) -> HashedStaticFiles:
    (tmp_path / "runtime.wasm").write_bytes(WASM)
    (tmp_path / "runtime.wasm.br").write_bytes(BROTLI)
    return HashedStaticFiles(location=tmp_path, base_url="/static/")


def collect(storage: HashedStaticFiles) -> set[str]:
    """As the command does for files that are there; the names of what was made."""
    files = {name: (storage, name) for name in ("runtime.wasm", "runtime.wasm.br")}
    return {made for _, made, _ in storage.post_process(files) if made}


def test_what_comes_compressed_is_sent_so_by_its_hashed_name(collected: HashedStaticFiles) -> None:
    collect(collected)
    hashed = collected.stored_name("runtime.wasm")
    assert hashed != "runtime.wasm"
    assert Path(collected.path(hashed)).read_bytes() == WASM
    assert Path(collected.path(f"{hashed}.br")).read_bytes() == BROTLI


def test_a_file_is_compressed_once_and_again_when_it_changes(collected: HashedStaticFiles) -> None:
    assert "runtime.wasm.gz" in collect(collected)
    assert "runtime.wasm.gz" not in collect(collected)
    Path(collected.path("runtime.wasm")).write_bytes(WASM + WASM)
    assert "runtime.wasm.gz" in collect(collected)
