"""Pages of allauth that say or check more here than there."""

from allauth.account.views import PasswordResetFromKeyView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect


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


password_by_link = PasswordByLink.as_view()
second_factor = SecondFactor.as_view()
remove_passkey = RemovePasskey.as_view()
