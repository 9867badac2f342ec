"""The first time of a teacher who comes from a platform: a new account, or one that is there already."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from classroom import services
from classroom.errors import AnticipatedError
from classroom.models import User
from classroom.views.launches import log_in, refused
from classroom.views.pending_launches import forget_pending, pending


@require_http_methods(["GET", "POST"])
def lti_account(request: HttpRequest) -> HttpResponse:
    """Nobody is found by a name or an address: who has an account logs in to it. A post makes a new one."""
    try:
        platform, launch = pending(request)
        if request.method == "GET":
            context = {"platform": platform, "name": launch.name.whole}
            return render(request, "platforms/first.html", context)
        forget_pending(request)
        now = timezone.now()
        teacher = services.known_account(platform=platform, launch=launch)
        if teacher is None:
            teacher = services.make_platform_account(platform=platform, launch=launch, now=now)
        course = services.open_course(platform=platform, launch=launch, teacher=teacher, now=now)
    except AnticipatedError as error:
        return refused(request, error)
    return log_in(request, teacher, reverse("classroom", args=[course.classroom_id]))


@login_required
@require_http_methods(["GET", "POST"])
def lti_connect(request: HttpRequest) -> HttpResponse:
    """Whoever has just logged in says that both are the same person."""
    user = cast(User, request.user)
    try:
        platform, launch = pending(request)
        if request.method == "GET":
            context = {"platform": platform, "name": launch.name.whole}
            return render(request, "platforms/connect.html", context)
        now = timezone.now()
        services.connect_account(platform=platform, launch=launch, user=user, now=now)
        forget_pending(request)
        course = services.open_course(platform=platform, launch=launch, teacher=user, now=now)
    except AnticipatedError as error:
        return refused(request, error)
    messages.success(request, _("Connected: from now on you come in from there without a password."))
    return redirect("classroom", classroom_id=course.classroom_id)
