"""A teacher who comes from a platform for the first time, until it is known to which account."""

import msgspec
from django.http import HttpRequest
from django.utils import timezone

from classroom import services
from classroom.errors import LaunchOutdated
from classroom.lti.values import Launch
from classroom.models import Platform

KEY = "pending-launch"
LASTS_S = 1800


def keep_pending(request: HttpRequest, platform: Platform, launch: Launch) -> None:
    """In the session of this browser, which a login keeps."""
    kept = {"platform": platform.pk, "school": platform.school_id, "launch": msgspec.to_builtins(launch)}
    request.session[KEY] = kept | {"at": timezone.now().timestamp()}


def pending(request: HttpRequest) -> tuple[Platform, Launch]:
    """Raises LaunchOutdated, PlatformUnknown."""
    kept = request.session.get(KEY)
    if not kept or timezone.now().timestamp() - kept["at"] > LASTS_S:
        raise LaunchOutdated
    platform = services.platform_of_try(platform_id=kept["platform"], school_id=kept["school"])
    return platform, msgspec.convert(kept["launch"], Launch)


def forget_pending(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
