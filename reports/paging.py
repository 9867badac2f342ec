"""Long lists in pages."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Pager:
    """A page of rows and the query strings of its neighbours, empty where there is none."""

    page: Page[Any]
    newer: str
    older: str


def pager(request: HttpRequest, rows: QuerySet[Any], parameter: str, size: int) -> Pager:
    page = Paginator(rows, size).get_page(request.GET.get(parameter))
    newer = page.previous_page_number() if page.has_previous() else None
    older = page.next_page_number() if page.has_next() else None
    return Pager(page, _query(request, parameter, newer), _query(request, parameter, older))


def _query(request: HttpRequest, parameter: str, number: int | None) -> str:
    if number is None:
        return ""
    query = request.GET.copy()
    query[parameter] = str(number)
    return f"?{query.urlencode()}"
