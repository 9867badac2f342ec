"""The language menu of every page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from classroom import cookies, services
from classroom.models import User

COOKIE_AGE_S = 365 * 24 * 3600


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """An account keeps its language; of everybody else the browser does, in a cookie."""
    response = redirect(_way_back(request))
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User):
        services.choose_language(user=request.user, language=language)
    else:
        cookies.keep(response, settings.LANGUAGE_COOKIE_NAME, language, for_s=COOKIE_AGE_S)
    return response


def _way_back(request: HttpRequest) -> str:
    """The page that the menu stood on, and no other place."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if is_ours else "/"
