"""Addresses of signing in and one's own account.

allauth finds its own pages by name, so those that it leads to have a second name, of its choosing. The addresses of
allauth itself are not included: what is not listed here cannot be reached.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from vidensbro.hub.accounts.views import entrance, factors, own

OWN: list[URLPattern] = [
    path("sign-in/", entrance.SignIn.as_view(), name="sign-in"),
    path("sign-in/second-step/", entrance.SecondStep.as_view(), name="second-step"),
    path("sign-in/passkey/", entrance.sign_in_with_passkey, name="sign-in-with-passkey"),
    path("sign-in/closed/", entrance.Inactive.as_view(), name="account-closed"),
    path("sign-out/", entrance.SignOut.as_view(), name="sign-out"),
    path("sign-up/", entrance.SignUp.as_view(), name="sign-up"),
    path("sign-up/sent/", entrance.SignUpSent.as_view(), name="sign-up-sent"),
    path("confirm-email/<str:key>/", entrance.confirm_email, name="confirm-email"),
    path("confirm-new-email/<str:token>/", entrance.confirm_new_email, name="confirm-new-email"),
    path("reset-password/", entrance.ResetPassword.as_view(), name="reset-password"),
    path("reset-password/sent/", entrance.ResetPasswordSent.as_view(), name="reset-password-sent"),
    path("reset-password/<str:uid>/<str:token>/", entrance.new_password, name="new-password"),
    path("account/", own.account, name="account"),
    path("account/password/", own.password, name="password"),
    path("account/email/", own.change_email, name="change-email"),
    path("account/sessions/", own.sessions, name="sessions"),
    path("account/sessions/end-others/", own.end_other_sessions, name="end-other-sessions"),
    path("account/sessions/<int:session_id>/end/", own.end_session, name="end-session"),
    path("account/confirm/", factors.ConfirmPassword.as_view(), name="confirm-password"),
    path("account/confirm/code/", factors.ConfirmWithCode.as_view(), name="confirm-with-code"),
    path("account/confirm/passkey/", factors.ConfirmWithPasskey.as_view(), name="confirm-with-passkey"),
    path("account/second-factor/", factors.second_factor, name="second-factor"),
    path("account/second-factor/app/", factors.AddApp.as_view(), name="authenticator-app"),
    path("account/second-factor/app/remove/", factors.RemoveApp.as_view(), name="remove-authenticator-app"),
    path("account/second-factor/codes/", factors.recovery_codes, name="recovery-codes"),
    path("account/second-factor/codes/new/", factors.NewRecoveryCodes.as_view(), name="new-recovery-codes"),
    path("account/second-factor/passkeys/add/", factors.AddPasskey.as_view(), name="add-passkey"),
    path(
        "account/second-factor/passkeys/<int:pk>/remove/",
        factors.RemovePasskey.as_view(),
        name="remove-passkey",
    ),
]

ALLAUTH_NAMES = {
    "account_login": "sign-in",
    "account_logout": "sign-out",
    "account_inactive": "account-closed",
    "account_signup": "sign-up",
    "account_email_verification_sent": "sign-up-sent",
    "account_reset_password": "reset-password",
    "account_reset_password_done": "reset-password-sent",
    "account_reauthenticate": "confirm-password",
    "mfa_authenticate": "second-step",
    "mfa_reauthenticate": "confirm-with-code",
    "mfa_reauthenticate_webauthn": "confirm-with-passkey",
    "mfa_index": "second-factor",
    "mfa_activate_totp": "authenticator-app",
    "mfa_deactivate_totp": "remove-authenticator-app",
    "mfa_view_recovery_codes": "recovery-codes",
    "mfa_generate_recovery_codes": "new-recovery-codes",
    "mfa_add_webauthn": "add-passkey",
    "mfa_list_webauthn": "second-factor",
    "mfa_login_webauthn": "sign-in-with-passkey",
}
"""allauth's name of a page -> ours."""


def _under_their_other_names() -> list[URLPattern]:
    ours = {one.name: one for one in OWN}
    return [
        URLPattern(ours[our_name].pattern, ours[our_name].callback, name=name)
        for name, our_name in ALLAUTH_NAMES.items()
    ]


# Ours come first: they are the names that a request is known by.
urlpatterns = [*OWN, *_under_their_other_names()]
