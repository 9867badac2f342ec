"""How an account begins: by an invitation, with a name, and in a school that has one."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from classroom import access, services
from classroom.errors import AnticipatedError
from classroom.forms.people import IntroductionForm, NewAccountForm, SchoolForm
from classroom.models import Invitation, User
from classroom.models.accounts import digest_of


@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link's page: a new account, or why there is none to be made."""
    now = timezone.now()
    found = Invitation.objects.select_related("school").filter(token_digest=digest_of(token)).first()
    if found is None:
        raise Http404
    context = {"invitation": found, "state": found.state_at(now)}
    if context["state"] != Invitation.State.OPEN:
        return render(request, "people/invitation_closed.html", context, status=410)
    if request.user.is_authenticated:
        return render(request, "people/invitation_logged_in.html", context)
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account, mailed = form.save(commit=False), request.GET.get("mailed", "")
            user = services.accept_invitation(token=token, account=account, now=now, mailed=mailed)
        except AnticipatedError as error:
            form.add_error(None, str(error))
        else:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            return redirect("home")
    return render(request, "people/invitation.html", context | {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    is_first = not user.is_introduced
    form = IntroductionForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        services.introduce_account(user=user, **form.cleaned_data)
        return redirect("home")
    return render(request, "people/welcome.html", {"form": form, "is_first": is_first})


@login_required
@require_http_methods(["GET", "POST"])
def name_school(request: HttpRequest) -> HttpResponse:
    school = access.school_administered_by(request.user)
    initial = {"name": school.name if school.is_named else ""}
    form = SchoolForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        name, actor = form.cleaned_data["name"], cast(User, request.user)
        services.name_school(school_id=school.id, name=name, actor=actor, now=timezone.now())
        messages.success(request, _("The name of the school is saved."))
        return redirect("home")
    return render(request, "people/name_school.html", {"form": form, "school": school, "section": "people"})
