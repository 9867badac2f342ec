"""A class over the year: the page to join it by, its archive and its end."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classroom import access, queries, services
from classroom.errors import AnticipatedError
from classroom.forms.classes import DeleteForm
from classroom.models import User
from classroom.views.teaching import join_link


@login_required
@require_safe
def join_sheet(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """Link and code as large as the screen, for a projector."""
    own = access.classroom_of_teacher(request.user, classroom_id)
    return render(request, "classes/join_sheet.html", {"classroom": own, **join_link(request, own)})


@login_required
@require_POST
def renew_code(request: HttpRequest, classroom_id: int) -> HttpResponse:
    own = access.classroom_to_manage(request.user, classroom_id)
    services.renew_code(classroom_id=own.id, actor=cast(User, request.user), now=timezone.now())
    messages.success(request, _("Code and link are new. Those of before lead nowhere any more."))
    return redirect("classroom", classroom_id=own.id)


@login_required
@require_POST
def archive_classroom(request: HttpRequest, classroom_id: int) -> HttpResponse:
    own = access.classroom_of_owner(request.user, classroom_id)
    try:
        services.archive_classroom(classroom_id=own.id, now=timezone.now())
    except AnticipatedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The class is archived. Its reports stay where they are."))
    return redirect("classroom", classroom_id=own.id)


@login_required
@require_POST
def unarchive_classroom(request: HttpRequest, classroom_id: int) -> HttpResponse:
    own = access.classroom_of_owner(request.user, classroom_id)
    services.unarchive_classroom(classroom_id=own.id)
    messages.success(request, _("The class is in use again."))
    return redirect("classroom", classroom_id=own.id)


@login_required
@require_http_methods(["GET", "POST"])
def delete_classroom(request: HttpRequest, classroom_id: int) -> HttpResponse:
    own = access.classroom_of_owner(request.user, classroom_id)
    form = DeleteForm(request.POST or None, classroom=own)
    if request.method == "POST" and form.is_valid():
        try:
            by = access.require_teacher(request.user)
            services.delete_classroom(classroom_id=own.id, by=by, now=timezone.now())
        except AnticipatedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The class “%(name)s” is deleted.") % {"name": own.name})
            return redirect("classrooms")
    context = {
        "classroom": own,
        "form": form,
        "contents": queries.contents_of(own),
        "open_lesson": queries.open_lesson_of(own),
        "section": "classrooms",
    }
    return render(request, "classes/delete.html", context)
