"""Addresses of signing in and one's own account."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.accounts import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("account/", views.account, name="account"),
    path("account/password/", views.password, name="password"),
]
