"""Pages of allauth that say or check more here than there."""

from collections.abc import Callable

from allauth.account.views import PasswordResetFromKeyView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET
from requests import RequestException

from classroom.accounts.adapters import provider_is_away


class PasswordByLink(PasswordResetFromKeyView):
    def get_context_data(self, **context: object) -> dict[str, object]:
        """Where a link has ended, the page says how to get another one here."""
        return dict(super().get_context_data(sends_mail=bool(settings.EMAIL_HOST), **context))


class SecondFactor(AuthenticateView):
    def get_context_data(self, **context: object) -> dict[str, object]:
        """With the kinds of factor that this person has: only those are offered."""
        own = Authenticator.objects.filter(user=self.stage.login.user)
        return dict(super().get_context_data(**context)) | {"kinds": set(own.values_list("type", flat=True))}


class RemovePasskey(RemoveWebAuthnView):
    def form_valid(self, form: Form) -> HttpResponse:
        """allauth asks this of the app only."""
        second_factors = get_adapter()
        if not second_factors.can_delete_authenticator(self.get_object()):
            messages.error(self.request, second_factors.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        response: HttpResponse = super().form_valid(form)
        return response


@require_GET
def provider_login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """By an address that any site can lead to: it logs in whom the provider knows, and connects nobody."""
    if "process" in request.GET:
        raise Http404
    return _of_provider(openid_connect.login, request, provider_id)


def provider_callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    return _of_provider(openid_connect.callback, request, provider_id)


def _of_provider(
    page: Callable[..., HttpResponseBase], request: HttpRequest, provider_id: str
) -> HttpResponseBase:
    """allauth asks the provider for its addresses first, and would answer with a fault where it is away."""
    try:
        return page(request, provider_id)
    except RequestException as error:
        return provider_is_away(request, error)


password_by_link = PasswordByLink.as_view()
second_factor = SecondFactor.as_view()
remove_passkey = RemovePasskey.as_view()
