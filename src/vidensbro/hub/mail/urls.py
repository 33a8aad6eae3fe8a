"""Addresses of choosing mail, and of the secretariat's look at it."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.mail import views

urlpatterns = [
    path("account/mail/", views.choices, name="mail-choices"),
    path("mail/<str:token>/", views.link, name="mail-link"),
    path("secretariat/mail/", views.log, name="mail-log"),
    path("secretariat/mail/<uuid:mail_id>/again/", views.retry, name="retry-mail"),
]
