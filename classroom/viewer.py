"""What follows from who looks: language and time zone of a page, and none at all for a suspended school."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from classroom.access import is_barred
from classroom.errors import SchoolSuspended
from classroom.models import User
from classroom.models.people import time_zones


class ViewerMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        if is_barred(user):
            logout(request)
            return render(request, "suspended.html", {"sentence": SchoolSuspended.sentence}, status=403)
        with language_and_zone_of(user):
            return self.get_response(request)


@contextmanager
def language_and_zone_of(user: User) -> Iterator[None]:
    zone = ZoneInfo(user.time_zone) if user.time_zone in time_zones() else timezone.get_default_timezone()
    with timezone.override(zone), translation.override(user.language or translation.get_language()):
        yield
