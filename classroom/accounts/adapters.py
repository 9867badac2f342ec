"""Where allauth asks the product: about passwords, mail, second factors, logins and the identity provider."""

import logging
import time
from collections.abc import Iterable
from io import BytesIO
from smtplib import SMTPException
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from requests import RequestException

from classroom import services
from classroom.access import Visitor
from classroom.errors import TooManyLogins
from classroom.forms.mailable import mailable
from classroom.models import User
from classroom.second_factor import is_required
from classroom.viewer import language_of_reader

logger = logging.getLogger(__name__)

FRESH_S = 300


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """By the name that this page was asked under: `localhost`, another, is the visitor's own machine."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts={context.request.get_host()})

    def pre_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse | None:
        """The number that the browser came with is nobody's, while a second factor is waited for too."""
        if request.session.session_key is not None:
            request.session.cycle_key()
        answer: HttpResponse | None = super().pre_login(request, user, **login)
        return answer

    def clean_email(self, email: str) -> str:
        return mailable(email)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Tries are counted by `PatientBackend` alone."""

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing was counted."""

    def get_login_stages(self) -> list[str]:
        return [*super().get_login_stages(), "classroom.accounts.stages.UnchangedStage"]

    def reauthenticate(self, user: User, password: str) -> bool:
        """As slow for wrong passwords as the login. Raises ValidationError with how long to wait."""
        try:
            return bool(super().reauthenticate(user, password))
        except TooManyLogins as error:
            raise ValidationError(str(error)) from error

    def is_reauthentication_required(self, *, app: str, **others: Any) -> bool:
        """Whoever has just logged in, by whatever way, is not asked again."""
        if not super().is_reauthentication_required(app=app, **others):
            return False
        records = get_authentication_records(context.request, context.request.user)
        return not records or time.time() - records[-1]["at"] > FRESH_S

    def get_reauthentication_methods(self, user: Visitor) -> list[dict[str, Any]]:
        """Who comes by the school's own login alone shows who it is by coming so again."""
        known: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        again = {"id": "login_again", "url": reverse("login_again"), "description": _("Log in again")}
        return known or [again]

    def get_client_ip(self, request: HttpRequest) -> str:
        """The web server has settled already which proxy is believed."""
        return str(request.META["REMOTE_ADDR"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away breaks no page; who waits for the mail reads why none comes."""
        if not settings.EMAIL_HOST:
            return
        try:
            with language_of_reader(context.get("user"), otherwise=get_language()):
                super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError):
            logger.exception("A mail could not be sent")
            messages.error(self.request, _("The school's mail server does not answer. Try again later."))


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Your school asks for a second factor. Set up another one before you remove this one."
        ),
    }

    def get_totp_label(self, user: User) -> str:
        return user.username

    def build_totp_svg(self, url: str) -> str:
        drawn, svg = segno.make(url, error="m", micro=False), BytesIO()
        drawn.save(svg, kind="svg", dark="#000", light="#fff", omitsize=True, xmldecl=False)
        return svg.getvalue().decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        known = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)d") % {"number": known + 1}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last one stays where the school asks for one."""
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        is_last = not others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return not (is_last and is_required(authenticator.user))


class LoginsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        for session in sessions:
            services.end_login(login=session)


def provider_is_away(request: HttpRequest, error: RequestException) -> HttpResponse:
    logger.warning("The identity provider does not answer: %s", error)
    return render(request, "account/provider_away.html", status=503)


class IdentityProviderAdapter(DefaultSocialAccountAdapter):
    """Who comes by the school's identity provider has an account here already, or is turned away."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        raise ImmediateHttpResponse(render(request, "account/stranger.html", status=403))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Of what the provider tells about the person only the number is kept."""
        sociallogin.account.extra_data = {}
        user: User = super().populate_user(request, sociallogin, data)
        return user

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """An address counts where the provider has confirmed it and the account's owner here has, too.

        Whoever runs the platform connects the two in person: no provider decides who that is.
        """
        emails = [one.email.lower() for one in sociallogin.email_addresses if one.verified]
        known = EmailAddress.objects.filter(email__in=emails, verified=True, user__is_superuser=False)
        owned = known.select_related("user").first()
        return (owned.user, owned.email) if owned else None

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, exception: Exception | None = None, **others: Any
    ) -> None:
        """A provider that went away between the button and the way back is not a login that went wrong."""
        if isinstance(exception, RequestException):
            raise ImmediateHttpResponse(provider_is_away(request, exception))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("account")
