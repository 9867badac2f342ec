"""Django's admin: what administrators keep in order, of their own school.

Measurements of persons, consents and what they imply are not registered, and no page here says who
declined: neither readings, states, bins and hints, nor the list of what a deletion would take along, nor a
filter typed into the address. The administration's own log numbers people instead of naming them.
"""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from classroom.admin import access_log, accounts, classrooms, flags, lessons, participants, policies
from classroom.views import account

__all__ = ["access_log", "accounts", "classrooms", "flags", "lessons", "participants", "policies"]

admin.site.site_header = _("ClassPulse administration")
admin.site.site_title = _("ClassPulse administration")

# Where people log in from and with what is nobody's but theirs.
PRIVATE = (
    EmailAddress,
    EmailConfirmation,
    Authenticator,
    SocialAccount,
    SocialApp,
    SocialToken,
    UserSession,
)
for private in PRIVATE:
    if admin.site.is_registered(private):
        admin.site.unregister(private)
admin.site.login = account.admin_login  # type: ignore[assignment, method-assign]
admin.site.password_change = account.admin_password  # type: ignore[assignment, method-assign]
