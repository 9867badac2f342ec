"""Who teaches a class: co-teachers, substitutes, the hand-over, and an administrator's list of owners."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classroom import access, queries, services
from classroom.errors import AnticipatedError
from classroom.forms.classes import HandOverForm, ShareForm
from classroom.models import Classroom, User


@login_required
@require_http_methods(["GET", "POST"])
def class_teachers(request: HttpRequest, classroom_id: int) -> HttpResponse:
    own = access.classroom_of_owner(request.user, classroom_id)
    form = ShareForm(request.POST or None, colleagues=queries.colleagues_of(own))
    if request.method == "POST" and form.is_valid():
        try:
            services.share_classroom(
                classroom_id=own.id,
                teacher_id=form.cleaned_data["teacher"].id,
                ends_at=form.ends_at,
                now=timezone.now(),
            )
        except AnticipatedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The class is shared."))
            return redirect("class_teachers", classroom_id=own.id)
    return _teachers_page(request, own, form, HandOverForm(colleagues=queries.colleagues_of(own)))


@login_required
@require_POST
def end_share(request: HttpRequest, classroom_id: int, teacher_id: int) -> HttpResponse:
    own = access.classroom_of_owner(request.user, classroom_id)
    services.end_share(classroom_id=own.id, teacher_id=teacher_id)
    messages.success(request, _("The class is shared with this teacher no longer."))
    return redirect("class_teachers", classroom_id=own.id)


@login_required
@require_POST
def hand_over(request: HttpRequest, classroom_id: int) -> HttpResponse:
    own = access.classroom_of_owner(request.user, classroom_id)
    form = HandOverForm(request.POST, colleagues=queries.colleagues_of(own))
    if not _handed_over(request, own, form):
        return _teachers_page(request, own, ShareForm(colleagues=queries.colleagues_of(own)), form)
    if form.cleaned_data["stays"]:
        return redirect("classroom", classroom_id=own.id)
    return redirect("classrooms")


@login_required
@require_safe
def school_classes(request: HttpRequest) -> HttpResponse:
    return _school_page(request, None, None)


@login_required
@require_POST
def hand_over_class(request: HttpRequest, classroom_id: int) -> HttpResponse:
    """By an administrator, for somebody who has left or is away."""
    one = get_object_or_404(access.classrooms_of_school(request.user), id=classroom_id)
    form = HandOverForm(request.POST, colleagues=queries.colleagues_of(one))
    if not _handed_over(request, one, form):
        return _school_page(request, one, form)
    return redirect("school_classes")


def _handed_over(request: HttpRequest, one: Classroom, form: HandOverForm) -> bool:
    if not form.is_valid():
        return False
    try:
        services.hand_over(
            classroom_id=one.id,
            owner_id=form.cleaned_data["owner"],
            teacher_id=form.cleaned_data["new_owner"].id,
            stays=form.cleaned_data["stays"],
            actor=cast(User, request.user),
            now=timezone.now(),
        )
    except AnticipatedError as error:
        form.add_error(None, str(error))
        one.refresh_from_db(fields=["teacher"])
        return False
    said = _("%(classroom)s now belongs to %(name)s.")
    new_owner = form.cleaned_data["new_owner"]
    messages.success(request, said % {"classroom": one.name, "name": new_owner.shown_name})
    return True


def _teachers_page(
    request: HttpRequest, own: Classroom, form: ShareForm, hand_over_form: HandOverForm
) -> HttpResponse:
    context = {
        "classroom": own,
        "form": form,
        "hand_over_form": hand_over_form,
        "shares": queries.shares_of(own),
        "section": "classrooms",
    }
    return render(request, "classes/teachers.html", context)


def _school_page(request: HttpRequest, chosen: Classroom | None, form: HandOverForm | None) -> HttpResponse:
    """With `?classroom=`, or where a form came back, the form for one of them."""
    mine = access.classrooms_of_school(request.user)
    asked = request.GET.get("classroom", "")
    if chosen is None and asked.isdecimal() and len(asked) < 19:
        chosen = mine.select_related("teacher").filter(id=asked).first()
    if chosen is not None and form is None:
        form = HandOverForm(colleagues=queries.colleagues_of(chosen))
    context = {
        "classrooms": queries.with_owners(mine),
        "orphaned": set(queries.orphaned(mine, request.user.school_id).values_list("id", flat=True)),  # type: ignore[union-attr]
        "chosen": chosen,
        "form": form,
        "section": "school_classes",
    }
    return render(request, "classes/school.html", context)
