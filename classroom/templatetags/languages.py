"""The language menu of every page, and lists as the language writes them."""

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from classroom.languages import listed, one_of

register = template.Library()
register.filter("listed", listed)
register.filter("one_of", one_of)


@register.inclusion_tag("partials/language_menu.html", takes_context=True)
def language_menu(context: dict[str, Any]) -> dict[str, Any]:
    """Nothing where there is one language, or no request, as on the page of a fault."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return {"languages": []}
    return {
        "languages": settings.LANGUAGES,
        "language": get_language(),
        "next": page_of(request),
        "csrf_token": context.get("csrf_token"),
    }


def page_of(request: HttpRequest) -> str:
    """Where the page can be read again; of one that answers a form, that which the form stood on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from._replace(scheme="", netloc="").geturl() or "/"
