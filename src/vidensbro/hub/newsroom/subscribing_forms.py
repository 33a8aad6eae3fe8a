"""Forms of subscribing to releases."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.newsroom.models import Language, Subscriber
from vidensbro.hub.newsroom.services.consent import Wishes
from vidensbro.hub.ui.fields import field_choices

PACES = [
    (Subscriber.Pace.AT_ONCE, _("At once, each release by itself")),
    (Subscriber.Pace.WEEKLY, _("Once a week, all in one e-mail")),
]


def consent_words(site: str) -> str:
    """What whoever subscribes agrees to, in the page's language: shown on the form, and kept as proof."""
    return gettext(
        "I want press releases from %(site)s by e-mail. My address is used for nothing else, and I can stop at any "
        "time with the link in every e-mail."
    ) % {"site": site}


class WishesForm(forms.Form):
    """What a reader wants."""

    language = forms.ChoiceField(
        label=_("Language of the releases"), choices=Language.choices, widget=forms.RadioSelect
    )
    pace = forms.ChoiceField(
        label=_("How often?"), choices=PACES, initial=Subscriber.Pace.AT_ONCE, widget=forms.RadioSelect
    )
    organisations = forms.MultipleChoiceField(
        label=_("From whom?"),
        help_text=_("Choose none to hear from all."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    fields_chosen = forms.MultipleChoiceField(
        label=_("About what?"),
        help_text=_("Choose none to hear of everything."),
        choices=lambda: field_choices(1)[1:],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, issuers: Iterable[Organisation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(str(one.pk), organisation_name(one)) for one in issuers]
        field = self.fields["organisations"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = found
        if not found:
            del self.fields["organisations"]

    @classmethod
    def values(cls, wishes: Wishes) -> dict[str, Any]:
        """The wishes as the form shows them."""
        return {
            "language": wishes.language,
            "pace": wishes.pace,
            "organisations": [str(one) for one in wishes.organisations],
            "fields_chosen": list(wishes.fields),
        }

    def wishes(self) -> Wishes:
        """What was chosen."""
        given = self.cleaned_data
        return Wishes(
            language=given["language"],
            pace=given["pace"],
            fields=tuple(given["fields_chosen"]),
            organisations=tuple(uuid.UUID(one) for one in given.get("organisations", [])),
        )


class SubscribeForm(WishesForm):
    """The address besides, and consent."""

    address = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    agreed = forms.BooleanField(error_messages={"required": _("Tick this if you want to subscribe.")})
    field_order = ("address", "language", "pace", "organisations", "fields_chosen", "agreed")

    def __init__(self, *args: Any, site: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = consent_words(site)
        self.fields["agreed"].label = self.words
