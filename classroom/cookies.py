"""How a browser keeps what is the product's own: no script reads it, and no other site sends it along."""

from typing import TypeVar

from django.conf import settings
from django.http.response import HttpResponseBase

Response = TypeVar("Response", bound=HttpResponseBase)


def keep(response: Response, name: str, value: str, *, for_s: int) -> Response:
    response.set_cookie(name, value, max_age=for_s, httponly=True, samesite="Lax", secure=settings.BEHIND_TLS)
    return response
