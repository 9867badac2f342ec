"""The tokens of one's own programs: made, listed with their last use, revoked."""

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from classroom import access, services
from classroom.forms.programs import TokenForm
from classroom.models import ApiToken


@login_required
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """A new one is shown once, on the answer itself: it is kept nowhere."""
    owner, school = access.member_of_staff(request.user)
    form, made = TokenForm(request.POST or None, owner=owner), None
    if request.method == "POST" and form.is_valid():
        raise_if_reauthentication_required(request, app="allauth.account")
        made = services.make_token(owner=owner, school=school, now=timezone.now(), **form.cleaned_data)
        form = TokenForm(owner=owner)
    context = {
        "section": "account",
        "form": form,
        "made": made,
        "tokens": ApiToken.objects.filter(owner=owner),
        "now": timezone.now(),
        "classrooms_address": request.build_absolute_uri(reverse("api:classrooms")),
        "document": reverse("api:openapi-json"),
    }
    return render(request, "account/tokens.html", context)


@login_required
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    owner, school = access.member_of_staff(request.user)
    services.revoke_token(token_id=token_id, owner=owner, school=school, now=timezone.now())
    messages.success(request, _("The token is revoked: it opens nothing any more."))
    return redirect("tokens")
