"""Column types that Django lacks."""

from typing import Any

from django.db import models

# The smallest number that four bytes hold with all its digits.
SMALLEST = 2.0**-126


class RealField(models.FloatField):
    """A float of 4 bytes, PostgreSQL's `real`: six digits are finer than any measurement here.

    What is nearer to 0 than such a float can be is 0. PostgreSQL refuses it, and with it all rows of a batch.
    """

    def db_type(self, connection: Any) -> str:
        return "real"

    def get_prep_value(self, value: Any) -> float | None:
        number: float | None = super().get_prep_value(value)
        return 0.0 if number is not None and -SMALLEST < number < SMALLEST else number
