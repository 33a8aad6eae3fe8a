"""Addresses of signing in through others. `socialaccount_signup` is a name that django-allauth asks for itself."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.accounts.federation import views

urlpatterns = [
    path("sign-in/with/<slug:provider_id>/", views.through, name="sign-in-through"),
    path("sign-in/with/<slug:provider_id>/answer/", views.openid_answer, name="openid-answer"),
    path("sign-in/with/<slug:provider_id>/saml/", views.saml_answer, name="saml-answer"),
    path("sign-in/with/<slug:provider_id>/saml/finish/", views.saml_finish, name="saml-finish"),
    path("sign-in/with/<slug:provider_id>/saml/signed-out/", views.saml_signed_out, name="saml-signed-out"),
    path("sign-in/with/<slug:provider_id>/metadata/", views.saml_metadata, name="saml-metadata"),
    path("sign-in/address/", views.Address.as_view(), name="socialaccount_signup"),
    path("account/connections/", views.Connections.as_view(), name="connections"),
]
