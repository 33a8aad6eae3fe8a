"""What all versions of a release share: issuers, fields, place, licence, embargo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.newsroom.forms.groups import PartForm, typed
from vidensbro.hub.newsroom.forms.shared import SharedForm
from vidensbro.hub.newsroom.models import Language, Licence, Release
from vidensbro.hub.newsroom.services.beginning import Reachable
from vidensbro.hub.ui.fields import field_choices
from vidensbro.hub.ui.forms import PlainText

Choices = list[tuple[str, str]]


class SettingsForm(SharedForm):
    """The settings, with a way to find organisations by name.

    A field that was not touched is not changed, and of a list only what was ticked or unticked: so two who edit at once
    do not undo each other's settings.
    """

    issuers = forms.MultipleChoiceField(
        label=_("Issued by"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each of them must approve the release. More are found below by name."),
        show_hidden_initial=True,
    )
    first = forms.ChoiceField(
        label=_("Named first"), required=False, help_text=_("In the date line and in feeds.")
    )
    issuer_name = PlainText(
        label=_("Find another organisation"),
        max_length=200,
        required=False,
        help_text=_("Write its name or a part of it, press Find, and tick it in the list."),
    )
    place_da = PlainText(label=_("Place in Danish"), max_length=100, required=False, show_hidden_initial=True)
    place_en = PlainText(
        label=_("Place in English"), max_length=100, required=False, show_hidden_initial=True
    )
    text_licence = forms.ChoiceField(
        label=_("Licence of the text"),
        choices=Licence.choices,
        initial=Licence.CC_BY,
        show_hidden_initial=True,
    )
    embargo_for_press = forms.BooleanField(
        label=_("Trusted journalists may read it before its hour, after accepting the embargo"),
        required=False,
        show_hidden_initial=True,
    )
    fields_chosen = forms.MultipleChoiceField(
        label=_("Fields"),
        choices=lambda: field_choices()[1:],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        show_hidden_initial=True,
    )
    use_required_attribute = False

    def __init__(
        self, *args: Any, organisations: Choices, page: QueryDict | None = None, **kwargs: Any
    ) -> None:
        """With `page`, what that one kept of what it showed is kept on."""
        super().__init__(*args, **kwargs)
        self._page = page
        cast(forms.ChoiceField, self.fields["issuers"]).choices = organisations
        cast(forms.ChoiceField, self.fields["first"]).choices = [
            ("", _("as in the list above")),
            *organisations,
        ]

    def clean(self) -> dict[str, Any]:
        """Whoever is named first issues it."""
        given = super().clean() or self.cleaned_data
        first = given.get("first")
        if first and first not in given.get("issuers", []):
            self.add_error("first", _("This organisation is not ticked above."))
        return given

    def issuer_ids(self) -> list[str]:
        """The issuers in their order."""
        chosen = self._merged("issuers")
        first = self.cleaned_data["first"]
        return [first, *(one for one in chosen if one != first)] if first else chosen

    def columns(self) -> dict[str, Any]:
        """What `services.create_release` takes besides issuers."""
        names = ("place_da", "place_en", "text_licence", "embargo_for_press")
        given = self.cleaned_data
        return {**{name: given[name] for name in names}, "fields": given["fields_chosen"]}

    def touched(self) -> dict[str, Any]:
        """What `services.edit_release` takes: only what was changed on this page."""
        touched = set(self.changed_data)
        columns = self.columns()
        columns["fields_chosen"] = columns.pop("fields")
        found = {name: value for name, value in columns.items() if name in touched}
        if found.pop("fields_chosen", None) is not None:
            found["fields"] = self._merged("fields_chosen")
        if touched & {"issuers", "first"}:
            found["issuers"] = self.issuer_ids()
        return found

    def seen(self) -> SafeString:
        """Hidden fields that keep what the page showed."""
        if self._page is not None:
            return _kept(self._page)
        lists = [one for one in self if one.field.show_hidden_initial and one.name not in self._stored()]
        if self.is_bound:
            return super().seen() + _kept(
                cast(QueryDict, self.data), [one.html_initial_name for one in lists]
            )
        return super().seen() + format_html_join(
            "", "{}", ((one.as_hidden(only_initial=True),) for one in lists)
        )

    def _merged(self, name: str) -> list[str]:
        """A list as it is stored now, with what was ticked on this page and without what was unticked."""
        chosen: list[str] = self.cleaned_data[name]
        if not any(key.startswith("initial-") for key in self.data):
            return chosen
        shown = set(cast(QueryDict, self.data).getlist(self.add_initial_prefix(name)))
        now: list[str] = self.initial.get(name, [])
        kept = [one for one in now if one in chosen or one not in shown]
        return [*kept, *(one for one in chosen if one not in shown and one not in kept)]


def _kept(page: QueryDict, names: Iterable[str] | None = None) -> SafeString:
    """What a page that was sent kept of what it showed."""
    wanted = [one for one in page if one.startswith("initial-")] if names is None else names
    pairs = ((name, value) for name in wanted for value in page.getlist(name))
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


class NewReleaseForm(SettingsForm):
    """The settings of a new release, with the language of its first version."""

    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, widget=forms.RadioSelect, initial=Language.DANISH
    )


class ReachableForm(PartForm):
    """Somebody whom the press may call, in a new release."""

    needed = ("name",)
    name = PlainText(label=_("Name"), max_length=200, required=False)
    title = PlainText(label=_("Role"), max_length=200, required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    phone = PlainText(label=_("Telephone"), max_length=40, required=False)
    hours = PlainText(label=_("When the telephone is answered"), max_length=200, required=False)
    organisation_id = forms.ChoiceField(label=_("Answers for"), required=False)

    def __init__(self, *args: Any, organisations: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("whoever is named first")), *organisations]
        cast(forms.ChoiceField, self.fields["organisation_id"]).choices = choices

    def reachable(self) -> Reachable:
        """What a valid form says."""
        return Reachable(**self.cleaned_data)


def settings_of(row: Release) -> dict[str, Any]:
    """The form's values for a release that is there."""
    names = ("place_da", "place_en", "text_licence", "embargo_for_press")
    return {
        **{name: getattr(row, name) for name in names},
        "issuers": [str(one.organisation_id) for one in row.issuers.all()],
        "fields_chosen": [tag.notation for tag in row.field_tags.all()],
    }


def settings_typed(kind: type[SettingsForm], data: QueryDict) -> dict[str, Any]:
    """What was sent for the settings, unjudged."""
    return typed(kind(organisations=[]), data)
