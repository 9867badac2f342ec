"""Key moments are put right in the report, by those who teach the class; the report is then written again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from classroom import access, services
from classroom.errors import AnticipatedError
from classroom.forms.teaching import MarkerForm
from reports.stored import is_final

REMOVE = "remove"


@login_required
@require_POST
def change_moment(request: HttpRequest, lesson_id: int, marker_id: int) -> HttpResponse:
    lesson = access.lesson_of_teacher(request.user, lesson_id)
    if lesson.is_open:
        return redirect("lesson", lesson.id)
    if is_final(lesson, timezone.now()):
        messages.error(request, _("The measurements have been deleted, so the report stays as it is."))
        return redirect("report", lesson.id)
    form = MarkerForm(request.POST)
    label = form.cleaned_data["label"] if form.is_valid() else ""
    try:
        if REMOVE in request.POST:
            services.remove_marker(lesson_id=lesson.id, marker_id=marker_id)
        else:
            services.rename_marker(lesson_id=lesson.id, marker_id=marker_id, label=label)
    except AnticipatedError as error:
        messages.error(request, str(error))
    return redirect("report", lesson.id)
