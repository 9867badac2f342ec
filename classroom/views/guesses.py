"""By what a browser that types codes is counted: who it is known as, or a number kept for an hour."""

import secrets

from django.core import signing
from django.http import HttpRequest, HttpResponse

from classroom import access, cookies
from classroom.services.guesses import Guesser

COOKIE, SALT, KEPT_S = "tries", "classroom.tries", 3600


def guesser_of(request: HttpRequest) -> Guesser:
    """Who has a place in some class, or an account, is known; a place that is blocked makes nobody known."""
    address = request.META["REMOTE_ADDR"]
    if request.user.is_authenticated:
        return Guesser(f"account-{request.user.pk}", True, address)
    places = access.own_places(request.user, request.COOKIES).filter(blocked_at=None)
    if (place := places.order_by("id").first()) is not None:
        return Guesser(f"place-{place.id}", True, address)
    try:
        number = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_S)
    except signing.BadSignature:
        number = secrets.token_urlsafe(12)
    return Guesser(f"browser-{number}", False, address)


def keep_count(response: HttpResponse, guesser: Guesser) -> HttpResponse:
    """So that a strange browser is counted as itself the next time. It is told of nobody."""
    if not guesser.is_known:
        number = signing.dumps(guesser.browser.removeprefix("browser-"), salt=SALT)
        cookies.keep(response, COOKIE, number, for_s=KEPT_S)
    return response
