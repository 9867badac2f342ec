"""Who comes in: a token with the scope that is asked for. Cookies play no part."""

from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from classroom import second_factor, services
from classroom.errors import ScopeMissing, UnknownToken
from classroom.models import ApiToken, User
from classroom.models.programs import Scope


class Token(HttpBearer):
    """Made once for each operation; `scope` None is good for every token."""

    def __init__(self, scope: Scope | None) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        """Raises UnknownToken, TokenExpired, TooManyRequests, ScopeMissing."""
        found = services.use_token(token=token, address=request.META["REMOTE_ADDR"], now=timezone.now())
        if second_factor.is_missing(found.owner):
            raise UnknownToken
        if self.scope is not None and self.scope not in found.scopes:
            raise ScopeMissing(self.scope)
        return found


def token_of(request: HttpRequest) -> ApiToken:
    """Once it has been let in."""
    return cast(ApiToken, request.auth)  # type: ignore[attr-defined]  # set by ninja


def caller(request: HttpRequest) -> User:
    """Whose rights count. Those are asked for at each request, by the functions that pages ask."""
    return token_of(request).owner
