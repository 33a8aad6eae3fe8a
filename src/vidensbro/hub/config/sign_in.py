"""Settings of signing in: django-allauth, passwords, throttling. docs/run/sign-in.md says what they mean.

Only what differs from allauth's defaults stands here, and what an operator can set.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured

ROLES = ("visitor", "member", "secretariat", "administrator")
APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.saml",
    "allauth.socialaccount.providers.openid_connect",
]
BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]


def sign_in_settings(*, attempts: int, base_url: str, site_name: str, proxies: int) -> dict[str, Any]:
    """Every setting of the libraries that signing in rests on, by its name.

    Args:
        attempts: wrong passwords for one address from one place before a pause.
        base_url: the site's public address.
        site_name: what authenticator apps show beside a code.
        proxies: how many proxies before the site may be believed about where a request came from.
    """
    return {
        "ALLAUTH_TRUSTED_PROXY_COUNT": proxies,
        "PASSWORD_RESET_TIMEOUT": 60 * 60 * 4,
        **_accounts(attempts, https=base_url.startswith("https://")),
        **_second_factor(https=base_url.startswith("https://"), site_name=site_name),
    }


def _accounts(attempts: int, *, https: bool) -> dict[str, Any]:
    return {
        "ACCOUNT_ADAPTER": "vidensbro.hub.accounts.adapters.AccountAdapter",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if https else "http",
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "/",
        "ACCOUNT_FORMS": {
            "login": "vidensbro.hub.accounts.forms.SignInForm",
            "signup": "vidensbro.hub.accounts.forms.SignUpForm",
            "reset_password": "vidensbro.hub.accounts.forms.ResetPasswordForm",
            "reauthenticate": "vidensbro.hub.accounts.forms.ConfirmPasswordForm",
        },
        "ACCOUNT_RATE_LIMITS": {
            "login_failed": f"{attempts * 10}/15m/ip,{attempts}/15m/key",
            "signup": "10/5m/ip",
            "reset_password": "10/5m/ip,3/15m/key",
            "sign_in_anywhere": f"{attempts * 10}/1h/key",
            "confirm_email": "1/2m/key",
            "manage_email": "5/15m/user",
            "about_person": "10/1h/ip,3/1h/key",
            "subscribe": "20/1h/ip",
            "ask_press": "10/1h/ip,5/1h/key",
        },
    }


def _second_factor(*, https: bool, site_name: str) -> dict[str, Any]:
    return {
        "MFA_ADAPTER": "vidensbro.hub.accounts.adapters.SecondFactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_FORMS": {
            "authenticate": "vidensbro.hub.accounts.forms.CodeForm",
            "reauthenticate": "vidensbro.hub.accounts.forms.ConfirmCodeForm",
            "activate_totp": "vidensbro.hub.accounts.forms.AuthenticatorAppForm",
            "add_webauthn": "vidensbro.hub.accounts.forms.PasskeyForm",
        },
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_ISSUER": site_name,
        # Clocks of telephones drift; one step of half a minute either way.
        "MFA_TOTP_TOLERANCE": 1,
        # A site that is tried on the own machine has no certificate; browsers allow passkeys there all the same.
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not https,
    }


def roles(text: str) -> frozenset[str]:
    """The roles that VIDENSBRO_SECOND_FACTOR names, with commas between.

    Raises:
        ImproperlyConfigured: one of them is none.
    """
    given = [part.strip().lower() for part in text.split(",") if part.strip()]
    if unknown := [role for role in given if role not in ROLES]:
        raise ImproperlyConfigured(
            f"VIDENSBRO_SECOND_FACTOR holds roles ({', '.join(ROLES)}), not {', '.join(unknown)}"
        )
    return frozenset(given)
