"""A platform opens the link that an administrator pasted there, and registers ClassPulse by itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from classroom import services
from classroom.errors import AnticipatedError
from classroom.views.launches import framable, origin_of, tool_addresses

LONGEST_ADDRESS, LONGEST_TOKEN = 2000, 8000


@csrf_exempt
@require_http_methods(["GET", "POST"])
def lti_register(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link and clicks registers: the page stands inside the platform's, without a cookie."""
    told = request.POST if request.method == "POST" else request.GET
    configuration = told.get("openid_configuration", "")[:LONGEST_ADDRESS]
    platform_token = told.get("registration_token", "")[:LONGEST_TOKEN]
    try:
        invitation = services.platform_invitation(token=token, now=timezone.now())
        registered = None
        if request.method == "POST":
            registered = services.accept_platform(
                token=token,
                configuration_url=configuration,
                registration_token=platform_token,
                tool=tool_addresses(request, invitation.school_id),
                now=timezone.now(),
            )
    except AnticipatedError as error:
        page = render(request, "platforms/refused.html", {"sentence": str(error)}, status=403)
        return framable(page, [configuration])
    context = {
        "school": invitation.school,
        "host": origin_of(configuration),
        "configuration": configuration,
        "registration_token": platform_token,
        "registered": registered,
    }
    return framable(render(request, "platforms/register.html", context), [configuration])
