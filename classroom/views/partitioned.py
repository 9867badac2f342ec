"""A cookie that a browser keeps also within another site's page, for that page alone (CHIPS)."""

from collections.abc import Container
from http.cookies import Morsel

from django.http import HttpResponse


class PartitionedMorsel(Morsel[str]):
    """Python before 3.14 knows no such attribute."""

    def OutputString(self, attrs: Container[str] | None = None) -> str:  # noqa: N802
        return f"{super().OutputString(attrs)}; Partitioned"


def partition(response: HttpResponse, name: str) -> None:
    """A cookie that was set or deleted on the response: browsers that block others take it in a frame."""
    plain = response.cookies[name]
    changed = PartitionedMorsel()
    changed.set(plain.key, plain.value, plain.coded_value)
    changed.update(plain)
    response.cookies[name] = changed
