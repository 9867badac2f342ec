"""What a teacher does about the learning platform's course that a class is."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from classroom import access, services


@login_required
@require_POST
def read_roster(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """In the background: a platform may take its time."""
    course = access.course_to_manage(request.user, classroom_id)
    services.send_roster_task(course.id)
    messages.success(request, _("The roster is being read. Load this page again in a moment."))
    return redirect("classroom", classroom_id=classroom_id)


@login_required
@require_POST
def choose_attendance(request: HttpRequest, classroom_id: int) -> HttpResponse:
    course = access.course_to_manage(request.user, classroom_id)
    is_told = request.POST.get("told") == "yes"
    services.choose_attendance(course_id=course.id, is_told=is_told)
    messages.success(
        request,
        _("From the next lesson on the platform is told who attended.")
        if is_told
        else _("From the next lesson on the platform is told nothing."),
    )
    return redirect("classroom", classroom_id=classroom_id)
