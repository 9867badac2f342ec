"""The platform administrator's page: schools by name and state, never what is in them."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from classroom import access, queries, services
from classroom.errors import AnticipatedError
from classroom.forms.people import AdministratorForm, MoveForm, SchoolForm
from classroom.models import User
from classroom.views.people import show_invitation


@login_required
@require_http_methods(["GET", "POST"])
def schools(request: HttpRequest) -> HttpResponse:
    actor = access.require_platform_admin(request.user)
    form = SchoolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = services.create_school(name=form.cleaned_data["name"], actor=actor, now=timezone.now())
        messages.success(request, _("The school has been created. Invite its first administrator."))
        return redirect("school", made.id)
    context = {
        "section": "schools",
        "form": form,
        "schools": queries.schools_with_counts(),
        "homeless": queries.accounts_without_school(),
        "move_form": MoveForm(auto_id=False),
    }
    return render(request, "schools/schools.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def school(request: HttpRequest, school_id: int) -> HttpResponse:
    """A post gives it another name."""
    one = access.school_to_run(request.user, school_id)
    form = SchoolForm(request.POST or None, initial={"name": one.name})
    if request.method == "POST" and form.is_valid():
        name, actor = form.cleaned_data["name"], cast(User, request.user)
        services.name_school(school_id=one.id, name=name, actor=actor, now=timezone.now())
        messages.success(request, _("The name of the school is saved."))
        return redirect("school", one.id)
    context = {"section": "schools", "school": one, "form": form, "invite_form": AdministratorForm()}
    return render(request, "schools/school.html", context)


@login_required
@require_POST
def invite_administrator(request: HttpRequest, school_id: int) -> HttpResponse:
    one = access.school_to_run(request.user, school_id)
    if one.suspended_at:
        messages.error(request, _("The school is suspended. Lift the suspension before you invite anybody."))
        return redirect("school", one.id)
    invite_form = AdministratorForm(request.POST)
    if not invite_form.is_valid():
        form = SchoolForm(initial={"name": one.name})
        context = {"section": "schools", "school": one, "form": form, "invite_form": invite_form}
        return render(request, "schools/school.html", context, status=400)
    by_mail = invite_form.cleaned_data.pop("by_mail", False)
    invitation, token = services.invite(
        school=one,
        role=User.Role.ADMIN,
        actor=cast(User, request.user),
        now=timezone.now(),
        **invite_form.cleaned_data,
    )
    return show_invitation(request, invitation, token, by_mail=by_mail, back=reverse("school", args=[one.id]))


@login_required
@require_POST
def suspend(request: HttpRequest, school_id: int) -> HttpResponse:
    one = access.school_to_run(request.user, school_id)
    try:
        services.suspend_school(school_id=one.id, actor=cast(User, request.user), now=timezone.now())
    except AnticipatedError as error:
        messages.error(request, str(error))
    else:
        said = _("The school is suspended: its lessons have ended, its people are logged out.")
        messages.success(request, said)
    return redirect("school", one.id)


@login_required
@require_POST
def resume(request: HttpRequest, school_id: int) -> HttpResponse:
    one = access.school_to_run(request.user, school_id)
    services.resume_school(school_id=one.id, actor=cast(User, request.user), now=timezone.now())
    messages.success(request, _("The suspension is ended: its people can log in again."))
    return redirect("school", one.id)


@login_required
@require_POST
def move_account(request: HttpRequest, account_id: int) -> HttpResponse:
    one = access.account_to_move(request.user, account_id)
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a school."))
        return redirect("schools")
    try:
        services.move_account(
            account_id=one.id,
            school=form.cleaned_data["school"],
            actor=cast(User, request.user),
            now=timezone.now(),
        )
    except AnticipatedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The account is moved."))
    return redirect("schools")
