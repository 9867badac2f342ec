"""Every page of allauth that the product has, one by one: what is not named here is not there."""

from allauth.account import views as own
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as school
from django.contrib.auth.views import LogoutView
from django.urls import path, re_path

from classroom.accounts import pages
from classroom.views import account, tokens, webhooks

SECOND = "account/second-factor"

urlpatterns = [
    path("login/", account.login, name="login"),
    path("login/", account.login, name="account_login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("logout/", LogoutView.as_view(), name="account_logout"),
    path("signup/", account.closed, name="account_signup"),
    path("login/inactive/", own.account_inactive, name="account_inactive"),
    path("login/second-factor/", pages.second_factor, name="mfa_authenticate"),
    path("login/passkey/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("login/cancelled/", school.login_cancelled, name="socialaccount_login_cancelled"),
    path("login/failed/", school.login_error, name="socialaccount_login_error"),
    path("login/with/<slug:provider_id>/", pages.provider_login, name="openid_connect_login"),
    path("login/with/<slug:provider_id>/callback/", pages.provider_callback, name="openid_connect_callback"),
    path("reset/", account.reset_password, name="account_reset_password"),
    path("reset/sent/", own.password_reset_done, name="account_reset_password_done"),
    path("reset/done/", own.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-\w]+)/$",
        pages.password_by_link,
        name="account_reset_password_from_key",
    ),
    path("account/", account.account, name="account"),
    path("account/again/", own.reauthenticate, name="account_reauthenticate"),
    path("account/again/login/", account.login_again, name="login_again"),
    path("account/password/", own.password_change, name="account_change_password"),
    path("account/password/first/", own.password_set, name="account_set_password"),
    path("account/summaries/", account.mail_summaries, name="mail_summaries"),
    path("account/email/", account.own_email, name="account_email"),
    path("account/email/sent/", own.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^account/email/(?P<key>[-:\w]+)/$", own.confirm_email, name="account_confirm_email"),
    path("account/logins/", account.logins, name="usersessions_list"),
    path("account/logins/others/end/", account.end_other_logins, name="end_other_logins"),
    path("account/logins/<int:login_id>/end/", account.end_login, name="end_login"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<int:token_id>/revoke/", tokens.revoke_token, name="revoke_token"),
    path("account/webhooks/", webhooks.webhooks, name="webhooks"),
    path("account/webhooks/<int:webhook_id>/", webhooks.webhook, name="webhook"),
    path("account/webhooks/<int:webhook_id>/test/", webhooks.test_webhook, name="test_webhook"),
    path("account/webhooks/<int:webhook_id>/pause/", webhooks.pause_webhook, name="pause_webhook"),
    path("account/webhooks/<int:webhook_id>/resume/", webhooks.resume_webhook, name="resume_webhook"),
    path(
        "account/webhooks/<int:webhook_id>/secret/",
        webhooks.renew_webhook_secret,
        name="renew_webhook_secret",
    ),
    path("account/webhooks/<int:webhook_id>/remove/", webhooks.remove_webhook, name="remove_webhook"),
    path("account/school/", account.closed, name="socialaccount_connections"),
    path("account/school/connect/", account.connect, name="connect"),
    path("account/school/disconnect/", account.disconnect, name="disconnect"),
    path(f"{SECOND}/", second.index, name="mfa_index"),
    path(f"{SECOND}/again/", second.reauthenticate, name="mfa_reauthenticate"),
    path(f"{SECOND}/app/", app.activate_totp, name="mfa_activate_totp"),
    path(f"{SECOND}/app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path(f"{SECOND}/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/second-factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path(
        "account/second-factor/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path(f"{SECOND}/keys/", keys.list_webauthn, name="mfa_list_webauthn"),
    path(f"{SECOND}/keys/add/", keys.add_webauthn, name="mfa_add_webauthn"),
    path(
        "account/second-factor/keys/again/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"
    ),
    path(f"{SECOND}/keys/<int:pk>/edit/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path(f"{SECOND}/keys/<int:pk>/remove/", pages.remove_passkey, name="mfa_remove_webauthn"),
]
