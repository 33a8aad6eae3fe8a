"""Signing in through others: there, back again, and the providers linked to one's account."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.internal.statekit import unstash_state
from allauth.socialaccount.sessions import LoginSession
from allauth.socialaccount.views import ConnectionsView, SignupView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vidensbro.hub.accounts.federation import queries, saml, services
from vidensbro.hub.accounts.federation.configuration import SamlProvider
from vidensbro.hub.accounts.federation.exchange import AnswerView, Exchange
from vidensbro.hub.accounts.federation.forms import APP, AddressForm, UnlinkForm
from vidensbro.hub.accounts.federation.pages import onward, refusal
from vidensbro.hub.accounts.federation.refusals import Refused
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.views.entrance import RefusedForm

WAITING = "vidensbro_saml"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def through(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Begin: a page with a button, or by POST the way to the provider.

    Connecting opens the account to whoever can sign in there, so it is not for somebody who finds a screen open.
    """
    provider = queries.provider(provider_id)
    if request.method != "POST":
        context = {"provider": provider, "next": request.GET.get("next", "")}
        return render(request, "federation/through.html", context)
    if request.POST.get("process") == "connect":
        raise_if_reauthentication_required(request, app=APP)
    asked = get_adapter(request).get_provider(request, provider_id)
    try:
        answer = asked.redirect_from_request(request)
    except Refused as error:
        return refusal(request, provider_id, error)
    except ImmediateHttpResponse as error:
        return cast(HttpResponse, error.response)
    if not isinstance(answer, HttpResponseRedirect):
        return cast(HttpResponse, answer)
    return onward(request, provider.name, answer.url)


@never_cache
@require_GET
def openid_answer(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where an OpenID Connect provider sends the user back to."""
    queries.openid_provider(provider_id)
    try:
        view = AnswerView.adapter_view(Exchange(request, provider_id))
        return cast(HttpResponse, view(request))
    except Refused as error:
        return refusal(request, provider_id, error)


@csrf_exempt
@never_cache
@require_POST
def saml_answer(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where a SAML provider has the browser post its answer.

    A post from elsewhere brings no session along (SameSite), so what can be believed waits for the browser to come
    back by itself with it. What cannot be believed is not kept at all.
    """
    provider = queries.saml_provider(provider_id)
    message = request.POST.get("SAMLResponse", "")
    try:
        saml.read_answer(request, provider, message)
    except Refused as error:
        return refusal(request, provider_id, error)
    response = redirect("saml-finish", provider_id)
    waiting = LoginSession(request, "saml_answer", WAITING)
    waiting.store.update({"message": message})
    waiting.save(response)
    response.cookies[WAITING]["httponly"] = True
    return response


@never_cache
@require_GET
def saml_finish(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The browser is back with its session: was this answer asked for in it, and is it used the first time?"""
    provider = queries.saml_provider(provider_id)
    waiting = LoginSession(request, "saml_answer", WAITING)
    message = str(waiting.store.get("message", ""))
    waiting.delete()
    try:
        return _signed_in(request, provider, message)
    except Refused as error:
        return refusal(request, provider_id, error)


def _signed_in(request: HttpRequest, provider: SamlProvider, message: str) -> HttpResponse:
    if not message:
        raise Refused("unasked", "no answer is waiting")
    answer = saml.read_answer(request, provider, message)
    state = _state(request, provider, answer)
    services.use_assertion(provider, answer.assertion_id, answer.until)
    asked = get_adapter(request).get_provider(request, provider.id)
    login = asked.sociallogin_from_response(request, answer.raw)
    session = {
        "name_id": answer.name_id,
        "name_id_format": answer.name_id_format,
        "session_index": answer.session_index,
    }
    login.state = {**state, "session": session}
    return cast(HttpResponse, complete_social_login(request, login))


def _state(request: HttpRequest, provider: SamlProvider, answer: saml.Answer) -> dict[str, Any]:
    if answer.in_response_to:
        state = unstash_state(request, provider_id=provider.id, state_id=answer.in_response_to)
        if state is None:
            raise Refused("unasked", "it answers no question of this session")
        return dict(state)
    if not provider.idp_initiated:
        raise Refused("unasked", "nobody asked for it")
    return {"process": "login"}


@never_cache
@require_GET
def saml_signed_out(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where a SAML provider sends the user after signing out there: the session here is gone already."""
    queries.saml_provider(provider_id)
    return redirect("home")


@require_GET
def saml_metadata(request: HttpRequest, provider_id: str) -> HttpResponse:
    """What the provider must know about this installation."""
    made = saml.metadata(request, queries.saml_provider(provider_id))
    return HttpResponse(made, content_type="application/samlmetadata+xml")


@method_decorator(never_cache, name="dispatch")
class Address(SignupView):  # type: ignore[misc]
    """The provider told no address: ask for one."""

    template_name = "federation/address.html"
    form_class = AddressForm

    def get_form_class(self) -> type[AddressForm]:
        return AddressForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        provider = queries.provider(self.sociallogin.account.provider)
        return {**super().get_context_data(**kwargs), "provider": provider}

    def get_authenticated_redirect_url(self) -> str:
        return reverse("connections")


@method_decorator([never_cache, login_required], name="dispatch")
class Connections(RefusedForm, ConnectionsView):  # type: ignore[misc]
    """The providers that one's account can be signed in to through; connect another, or disconnect one."""

    template_name = "federation/connections.html"
    success_url = reverse_lazy("connections")

    def get_form_class(self) -> type[UnlinkForm]:
        return UnlinkForm

    def form_valid(self, form: UnlinkForm) -> HttpResponse:
        response = cast(HttpResponse, super().form_valid(form))
        messages.success(self.request, _("It is disconnected."))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        links = list(queries.links(cast(User, self.request.user)))
        known = {one.id: one.name for one in queries.providers()}
        rows = [{"link": link, "name": known.get(link.provider, link.provider)} for link in links]
        taken = {link.provider for link in links}
        free = [one for one in queries.providers() if one.id not in taken]
        return {**super().get_context_data(**kwargs), "rows": rows, "free": free}
