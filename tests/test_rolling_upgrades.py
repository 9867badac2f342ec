"""While web and workers are replaced, the code before runs on the new tables.

Each step of a migration that it may trip over is declared in tests/rolling_upgrades.toml; docs/deploy.md,
"Rolling upgrades", has the rule.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field

DECLARED = tomllib.loads(Path(__file__).with_name("rolling_upgrades.toml").read_text())
DROPPED = (operations.DeleteModel, operations.RemoveField)
RENAMED = (operations.RenameModel, operations.RenameField, operations.AlterModelTable)
UNSEEN = (operations.RunPython, operations.RunSQL, operations.SeparateDatabaseAndState)
TIGHTENED = (
    operations.AddConstraint,
    operations.AlterUniqueTogether,
    operations.AlterIndexTogether,
    operations.AlterOrderWithRespectTo,
)


def steps() -> dict[str, list[str]]:
    """What the code before may trip over, by migration."""
    loader = MigrationLoader(None)
    state, found = ProjectState(), {}
    (leaf,) = loader.graph.leaf_nodes("classroom")
    for key in loader.graph.forwards_plan(leaf):
        migration = loader.graph.nodes[key]
        if key[0] == "classroom":
            if risky := list(risks(migration, state)):
                found[key[1]] = risky
        else:
            migration.mutate_state(state, preserve=False)
    return found


def risks(migration: Migration, state: ProjectState) -> Iterator[str]:
    """Those of one migration, which changes the state on the way. Its own new tables nobody used before."""
    here_before = set(state.models)
    for operation in migration.operations:
        model = getattr(operation, "model_name", getattr(operation, "name", "")).lower()
        is_used = ("classroom", model) in here_before
        if words := risk(operation, state, model, is_used=is_used):
            yield words
        operation.state_forwards("classroom", state)


def risk(operation: operations.base.Operation, state: ProjectState, model: str, *, is_used: bool) -> str:
    if isinstance(operation, UNSEEN):
        function = getattr(operation, "code", None)
        return f"{type(operation).__name__} {getattr(function, '__name__', '')}".strip()
    if not is_used:
        return ""
    if isinstance(operation, (*DROPPED, *RENAMED, *TIGHTENED)):
        return operation.describe()
    if isinstance(operation, operations.AddField) and is_demanded(operation.field):
        return f"Needs {model}.{operation.name}"
    if isinstance(operation, operations.AlterField):
        before = state.models["classroom", model].fields[operation.name]
        return f"Tightens {model}.{operation.name}" if is_tighter(before, operation.field) else ""
    return ""


def is_demanded(field: Field) -> bool:
    """The code before has no value for it, and the database gives none: `default` is Django's own."""
    return not (field.null or field.many_to_many or field.db_default is not NOT_PROVIDED)


def is_tighter(before: Field, after: Field) -> bool:
    shorter = (after.max_length or 0) < (before.max_length or 0)
    moved = type(before) is not type(after) or before.db_column != after.db_column
    return shorter or moved or before.null > after.null or before.unique < after.unique


def test_each_step_that_the_code_before_may_trip_over_is_declared() -> None:
    """Part what is not in two releases, as docs/deploy.md says, or declare why nobody is there to trip."""
    assert steps() == DECLARED["steps"]


def field(**options: object) -> models.CharField:
    made = models.CharField(**{"max_length": 10, **options})
    made.set_attributes_from_name("name")
    return made


NAMED = models.CheckConstraint(condition=~models.Q(title=""), name="named")


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (operations.RemoveField("lesson", "title"), "Remove field title from lesson"),
        (operations.RenameField("lesson", "title", "name"), "Rename field title on lesson to name"),
        (operations.DeleteModel("Lesson"), "Delete model Lesson"),
        (operations.AddField("lesson", "name", field(default="")), "Needs lesson.name"),
        (operations.AddField("lesson", "name", field(db_default="")), ""),
        (operations.AddField("lesson", "name", field(null=True)), ""),
        (operations.AlterField("lesson", "title", field(max_length=9)), "Tightens lesson.title"),
        (operations.AlterField("lesson", "title", field(unique=True)), "Tightens lesson.title"),
        (operations.AlterField("lesson", "title", models.TextField()), "Tightens lesson.title"),
        (operations.AlterField("lesson", "title", field(max_length=11, null=True)), ""),
        (
            operations.AddConstraint("lesson", NAMED),
            "Create constraint named on model lesson",
        ),
        (operations.RunPython(operations.RunPython.noop), "RunPython noop"),
        (operations.CreateModel("Break", [("name", field())]), ""),
    ],
)
def test_what_drops_renames_or_tightens_is_seen(operation: operations.base.Operation, words: str) -> None:
    state = ProjectState()
    operations.CreateModel("Lesson", [("title", field())]).state_forwards("classroom", state)
    migration = Migration("next", "classroom")
    migration.operations = [operation]
    assert list(risks(migration, state)) == ([words] if words else [])
