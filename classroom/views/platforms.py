"""An administrator's pages about learning platforms: registered, changed, switched on, removed."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classroom import access, queries, services
from classroom.errors import PlatformKnown
from classroom.forms.platforms import PlatformForm
from classroom.models import Platform, User
from classroom.views.launches import tool_addresses


@login_required
@require_safe
def platforms(request: HttpRequest) -> HttpResponse:
    school = access.school_administered_by(request.user)
    context = {
        "section": "people",
        "school": school,
        "platforms": queries.platforms_of(school),
        "tool": tool_addresses(request, school.id),
    }
    return render(request, "platforms/platforms.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_platform(request: HttpRequest) -> HttpResponse:
    """By hand: what the platform shows is copied here, what this page shows is copied there."""
    school, actor = access.school_administered_by(request.user), cast(User, request.user)
    form = PlatformForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.register_platform(school=school, actor=actor, now=timezone.now(), **form.cleaned_data)
        except PlatformKnown as error:
            form.add_error("client_id", str(error))
        else:
            messages.success(request, _("The platform is registered. Follow a link in it to try it."))
            return redirect("platforms")
    tool = tool_addresses(request, school.id)
    context = {"section": "people", "school": school, "form": form, "tool": tool}
    return render(request, "platforms/new.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def platform(request: HttpRequest, platform_id: int) -> HttpResponse:
    one, actor = access.platform_to_manage(request.user, platform_id), cast(User, request.user)
    form = PlatformForm(request.POST or None, instance=Platform.objects.get(id=one.id))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_platform(platform_id=one.id, actor=actor, now=timezone.now(), **form.cleaned_data)
        except PlatformKnown as error:
            form.add_error("client_id", str(error))
        else:
            messages.success(request, _("The platform is saved."))
            return redirect("platform", platform_id=one.id)
    context = {
        "section": "people",
        "platform": one,
        "form": form,
        "tool": tool_addresses(request, one.school_id),
    }
    return render(request, "platforms/platform.html", context)


@login_required
@require_POST
def make_platform_link(request: HttpRequest) -> HttpResponse:
    """Shown once, on the answer itself: it is kept nowhere."""
    school, actor = access.school_administered_by(request.user), cast(User, request.user)
    token = services.invite_platform(school=school, actor=actor, now=timezone.now())
    link = request.build_absolute_uri(reverse("lti_register", args=[token]))
    return render(request, "platforms/link.html", {"section": "people", "link": link})


@login_required
@require_POST
def switch_platform_on(request: HttpRequest, platform_id: int) -> HttpResponse:
    one, actor = access.platform_to_manage(request.user, platform_id), cast(User, request.user)
    services.switch_platform_on(platform_id=one.id, actor=actor, now=timezone.now())
    messages.success(request, _("The platform is switched on: its people can come in."))
    return redirect("platforms")


@login_required
@require_http_methods(["GET", "POST"])
def remove_platform(request: HttpRequest, platform_id: int) -> HttpResponse:
    one, actor = access.platform_to_manage(request.user, platform_id), cast(User, request.user)
    if request.method == "GET":
        return render(request, "platforms/remove.html", {"section": "people", "platform": one})
    services.remove_platform(platform_id=one.id, actor=actor, now=timezone.now())
    messages.success(request, _("The platform is removed: nobody comes in by it any more."))
    return redirect("platforms")
