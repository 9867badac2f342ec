"""Column types that Django lacks."""

from typing import Any

from django.db import models


class RealField(models.FloatField):
    """A float of 4 bytes, PostgreSQL's `real`: six digits are finer than any measurement here."""

    def db_type(self, connection: Any) -> str:
        return "real"
