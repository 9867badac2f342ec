"""The people of a school: who is there, who is invited, and what an administrator does about it."""

from collections.abc import Callable
from typing import Any, cast

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from classroom import access, queries, second_factor, services
from classroom.errors import AnticipatedError
from classroom.forms.people import InvitationForm, MoveForm, RoleForm
from classroom.models import Invitation, User

PEOPLE_A_PAGE = 50
CHANGES_A_PAGE = 25


@login_required
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    school = access.school_administered_by(request.user)
    form = InvitationForm(request.POST or None)
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        by_mail = form.cleaned_data.pop("by_mail", False)
        actor = cast(User, request.user)
        invitation, token = services.invite(school=school, actor=actor, now=now, **form.cleaned_data)
        return show_invitation(request, invitation, token, by_mail=by_mail, back=reverse("people"))
    search = " ".join(request.GET.get("name", "").split())
    accounts = queries.accounts_of(school, search)
    only_without = request.GET.get("second_factor") == "missing"
    if only_without:
        accounts = second_factor.missing_among(accounts)
    page = Paginator(accounts, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    changes = Paginator(queries.changes_of(school), CHANGES_A_PAGE).get_page(request.GET.get("log"))
    done = queries.courses_done(page)
    course_done, course_of = queries.course_counts(school)
    context = {
        "section": "people",
        "school": school,
        "form": form,
        "search": search,
        "only_without": only_without,
        "page": page,
        "people": [queries.person(account, now, done.get(account.id)) for account in page],
        "course_done": course_done,
        "course_of": course_of,
        "invitations": queries.open_invitations(school, now),
        "changes": changes,
    }
    return render(request, "people/people.html", context)


@login_required
@require_GET
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    one = access.account_to_manage(request.user, account_id)
    may_move = cast(User, request.user).is_superuser and one != request.user
    context = {
        "section": "people",
        "account": one,
        "person": queries.person(one, timezone.now(), queries.courses_done([one]).get(one.id)),
        "role_form": RoleForm(initial={"role": one.role}),
        "lost_factor": one != request.user and is_mfa_enabled(one),
        "move_form": MoveForm(initial={"school": one.school}) if may_move else None,
        "changes": one.changes.filter(school=one.school)[:CHANGES_A_PAGE],
    }
    return render(request, "people/account.html", context)


@login_required
@require_POST
def change_role(request: HttpRequest, account_id: int) -> HttpResponse:
    one, form = access.account_to_manage(request.user, account_id), RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a role."))
        return redirect("person", one.id)
    return _act(request, one.id, services.change_role, _("The role is changed."), **form.cleaned_data)


@login_required
@require_POST
def deactivate(request: HttpRequest, account_id: int) -> HttpResponse:
    said = _("The account is deactivated and logged out everywhere.")
    return _act(request, account_id, services.deactivate_account, said)


@login_required
@require_POST
def reactivate(request: HttpRequest, account_id: int) -> HttpResponse:
    said = _("The account is active again. It logs in with the password that it had.")
    return _act(request, account_id, services.reactivate_account, said)


@login_required
@require_POST
def end_sessions(request: HttpRequest, account_id: int) -> HttpResponse:
    one = access.account_to_manage(request.user, account_id)
    actor = cast(User, request.user)
    ended = services.sign_out_everywhere(account_id=one.id, actor=actor, now=timezone.now())
    said = ngettext("%(count)s session is ended.", "%(count)s sessions are ended.", ended) % {"count": ended}
    if one != actor:
        messages.success(request, said)
    return redirect("person", one.id)


@login_required
@require_POST
def remove_second_factor(request: HttpRequest, account_id: int) -> HttpResponse:
    """Of somebody else: the own one stands under "Your account", where the last one may have to stay."""
    one = access.account_to_manage(request.user, account_id)
    if one == request.user:
        return redirect("mfa_index")
    raise_if_reauthentication_required(request, app="allauth.mfa")
    said = _("The second factor is removed. The next login needs the password alone.")
    return _act(request, one.id, services.remove_second_factor, said)


@login_required
@require_POST
def make_reset_link(request: HttpRequest, account_id: int) -> HttpResponse:
    """Shown once, on the answer itself: it is kept nowhere."""
    one = access.account_to_manage(request.user, account_id)
    path = services.password_reset_link(account_id=one.id, actor=cast(User, request.user), now=timezone.now())
    context = {
        "section": "people",
        "link": request.build_absolute_uri(path),
        "account": one,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
        "back": reverse("person", args=[one.id]),
    }
    return render(request, "people/reset_link.html", context)


@login_required
@require_POST
def revoke(request: HttpRequest, invitation_id: int) -> HttpResponse:
    invitation = access.invitation_to_manage(request.user, invitation_id)
    services.revoke_invitation(
        invitation_id=invitation.id, actor=cast(User, request.user), now=timezone.now()
    )
    messages.success(request, _("The invitation is withdrawn: its link opens nothing any more."))
    return redirect("people")


def show_invitation(
    request: HttpRequest, invitation: Invitation, token: str, *, by_mail: bool, back: str
) -> HttpResponse:
    """The link, on the answer itself: only its digest is kept, so no other page can show it."""
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    was_sent = by_mail and services.send_invitation(invitation=invitation, link=link)
    context = {
        "section": "people",
        "invitation": invitation,
        "link": link,
        "by_mail": by_mail,
        "was_sent": was_sent,
        "back": back,
    }
    return render(request, "people/invitation_link.html", context)


def _act(
    request: HttpRequest, account_id: int, service: Callable[..., None], said: str, **how: Any
) -> HttpResponse:
    one = access.account_to_manage(request.user, account_id)
    try:
        service(account_id=one.id, actor=cast(User, request.user), now=timezone.now(), **how)
    except AnticipatedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("person", one.id)
