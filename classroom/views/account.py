"""Logging in, and what everybody does with the own account."""

import logging
from typing import cast

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import EmailAddress, Login
from allauth.account.views import email, password_reset
from allauth.socialaccount.adapter import get_adapter as get_providers
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from requests import RequestException

from classroom import access, services
from classroom.browsers import browser_in_words
from classroom.models import User

logger = logging.getLogger(__name__)


class PasswordLogin(LoginView):
    """A right password is the first step; allauth goes on to the second factor, where there is one."""

    redirect_authenticated_user = True

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        """Who is logged in and would be led here again is led home."""
        asked: str = super().get_redirect_url()
        return "" if asked.partition("?")[0] == self.request.path else asked

    def get_context_data(self, **context: object) -> dict[str, object]:
        return super().get_context_data(provider=settings.IDENTITY_PROVIDER, **context)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        step = Login(user=form.get_user(), redirect_url=self.get_success_url())
        credentials = {"username": form.cleaned_data["username"]}
        response: HttpResponse = perform_password_login(self.request, credentials, step)
        return response


login = PasswordLogin.as_view()


def admin_login(request: HttpRequest, **context: object) -> HttpResponseBase:
    """The administration has no door of its own. Raises Http404 for accounts that may not in."""
    if request.user.is_authenticated and not site.has_permission(request):
        raise Http404
    return login(request)


def admin_password(request: HttpRequest, **context: object) -> HttpResponse:
    """It has no second page either where passwords are tried."""
    return redirect("account_change_password")


def closed(request: HttpRequest) -> HttpResponse:
    """Pages that allauth looks for by name, and that this product does not have."""
    raise Http404


@login_required
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    connected = SocialAccount.objects.filter(user=request.user)
    context = {
        "connected": connected,
        "provider": settings.IDENTITY_PROVIDER,
        "sends_mail": bool(settings.EMAIL_HOST),
        "has_address": EmailAddress.objects.filter(user=request.user, verified=True).exists(),
    }
    return render(request, "account/own.html", context)


@login_required
@require_POST
def mail_summaries(request: HttpRequest) -> HttpResponse:
    """Asked for or ended; the links in the mails lead to where this was asked."""
    teacher = access.require_teacher(request.user)
    if not settings.EMAIL_HOST:
        raise Http404
    wanted = request.POST.get("wanted") == "yes"
    if wanted and not EmailAddress.objects.filter(user=teacher, verified=True).exists():
        messages.error(request, _("Add an e-mail address first: summaries go there."))
        return redirect("account_email")
    origin = request.build_absolute_uri("/").rstrip("/") if wanted else ""
    services.choose_summaries(user=teacher, origin=origin)
    messages.success(
        request, _("Summaries will be mailed.") if wanted else _("No more summaries are mailed.")
    )
    return redirect("account")


@require_http_methods(["GET", "POST"])
def reset_password(request: HttpRequest) -> HttpResponseBase:
    """Without mail it says whom to ask, whatever was typed."""
    if not settings.EMAIL_HOST:
        return render(request, "account/reset_without_mail.html")
    response: HttpResponseBase = password_reset(request)
    return response


@login_required
@require_http_methods(["GET", "POST"])
def own_email(request: HttpRequest) -> HttpResponseBase:
    """Without mail no address can be confirmed, so none is taken."""
    if not settings.EMAIL_HOST:
        return render(request, "account/email_without_mail.html")
    response: HttpResponseBase = email(request)
    return response


@login_required
@require_GET
def logins(request: HttpRequest) -> HttpResponse:
    if not UserSession.objects.filter(session_key=request.session.session_key).exists():
        UserSession.objects.create_from_request(request)
    UserSession.objects.purge_and_list(request.user)
    found = UserSession.objects.filter(user=request.user).order_by("-created_at")
    shown = [(login, browser_in_words(login.user_agent)) for login in found]
    return render(request, "account/logins.html", {"logins": shown})


@login_required
@require_POST
def end_login(request: HttpRequest, login_id: int) -> HttpResponse:
    found = get_object_or_404(UserSession, id=login_id, user=request.user)
    services.end_login(login=found)
    messages.success(request, _("That login has ended."))
    return redirect("usersessions_list")


@login_required
@require_POST
def end_other_logins(request: HttpRequest) -> HttpResponse:
    user, key = cast(User, request.user), request.session.session_key
    services.end_other_logins(user=user, kept=key, now=timezone.now())
    messages.success(request, _("All your other logins have ended."))
    return redirect("usersessions_list")


@login_required
@require_GET
def login_again(request: HttpRequest) -> HttpResponse:
    """For accounts without a password or second factor that could be asked for."""
    after = urlencode({"next": request.GET.get("next", "")})
    return render(request, "account/login_again.html", {"login": f"{reverse('login')}?{after}"})


@login_required
@require_POST
def connect(request: HttpRequest) -> HttpResponse:
    """Only a form of our own begins it. A page leads on: our policy lets no form end at another origin."""
    if settings.IDENTITY_PROVIDER is None:
        raise Http404
    provider = get_providers().get_provider(request, settings.IDENTITY_PROVIDER["provider_id"])
    try:
        away: HttpResponse = provider.redirect(request, process=AuthProcess.CONNECT)
    except RequestException as error:
        logger.warning("The identity provider does not answer: %s", error)
        messages.error(request, _("The school's login cannot be reached at the moment. Try again later."))
        return redirect("account")
    if (address := away.headers.get("Location")) is None:
        return away
    return render(request, "account/connect.html", {"label": provider.app.name, "address": address})


@login_required
@require_POST
def disconnect(request: HttpRequest) -> HttpResponse:
    """Whoever has no password would have no way in any more."""
    assert request.user.is_authenticated
    if not request.user.has_usable_password():
        messages.error(request, _("Set a password first: without one you could not log in any more."))
        return redirect("account_set_password")
    SocialAccount.objects.filter(user=request.user).delete()
    messages.success(request, _("Disconnected. From now on you log in with your password."))
    return redirect("account")
