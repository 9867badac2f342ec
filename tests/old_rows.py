"""A row in every table of an earlier schema, made through the models of that time."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.apps.registry import Apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

# Within every period that a school keeps anything.
LONG_AGO = datetime.now(UTC) - timedelta(days=20)
# What a kind of field holds where neither its default nor a row of another table says.
VALUES: dict[type[models.Field], Any] = {
    models.BooleanField: False,
    models.DateTimeField: LONG_AGO,
    models.DateField: date(2026, 9, 7),
    models.FloatField: 0.5,
    models.IntegerField: 1,
    models.JSONField: {},
    models.BinaryField: b"",
    ArrayField: [],
    models.UUIDField: uuid.UUID(int=1),
    models.GenericIPAddressField: "192.0.2.7",
    models.TextField: "text",
    models.CharField: "text",
}


def models_of(migration: str) -> Apps:
    """All that there were, of Django and the other packages too, when `migration` was the newest of ours."""
    loader = MigrationLoader(connection)
    others = [leaf for leaf in loader.graph.leaf_nodes() if leaf[0] != "classroom"]
    return loader.project_state([*others, ("classroom", migration)]).apps


class Rows:
    """Makes one row of each model; `given` are values of some fields, by the model's name."""

    def __init__(self, apps: Apps, given: dict[str, dict[str, Any]]) -> None:
        self._given = given
        self._waiting = {
            model._meta.label_lower: model for model in apps.get_models(include_auto_created=True)
        }
        self.made: dict[str, models.Model] = {}

    def make_all(self) -> None:
        while self._waiting:
            self._make(next(iter(self._waiting)))

    def _make(self, label: str) -> models.Model:
        """After the rows that it is about."""
        if label not in self.made:
            model = self._waiting.pop(label)
            if (found := model._default_manager.first()) is None:
                given = self._given.get(model._meta.object_name, {})
                found = model._default_manager.create(**{**self._values(model, given), **given})
            self.made[label] = found
        return self.made[label]

    def _values(self, model: type[models.Model], given: dict[str, Any]) -> dict[str, Any]:
        fields = [field for field in model._meta.local_concrete_fields if field.name not in given]
        return {
            field.name: self._value(field) for field in fields if not field.has_default() | is_counted(field)
        }

    def _value(self, field: models.Field) -> Any:
        if field.remote_field is not None:
            label = field.remote_field.model._meta.label_lower
            is_being_made = not (label in self._waiting or label in self.made)
            return None if is_being_made else self._make(label)
        if field.null:
            return None
        if field.blank and isinstance(field, models.CharField | models.TextField):
            return ""
        if field.choices:
            return field.flatchoices[0][0]
        fitting = [value for kind, value in VALUES.items() if isinstance(field, kind)]
        assert fitting, f"nothing is known that {field} could hold"
        return fitting[0]


def is_counted(field: models.Field) -> bool:
    """A number that the database gives, or a key of several columns."""
    return isinstance(field, models.AutoField | models.CompositePrimaryKey)
