"""Inviting, asking to join, and correcting what is told of an organisation or a person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.forms import LANGUAGES
from vidensbro.hub.accounts.models import Role
from vidensbro.hub.directory.models import ContactPoint, Membership, Organisation, Person
from vidensbro.hub.ui.fields import field_choices, field_label
from vidensbro.hub.ui.forms import PlainText

LONGEST = 1000
LONGEST_SUMMARY = 5000

MEMBER_ROLES = [
    (Membership.Role.MEMBER, _("Member – acts for the organisation")),
    (Membership.Role.COORDINATOR, _("Coordinator – also decides who does, and corrects its page")),
]


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("As"), choices=MEMBER_ROLES, initial=Membership.Role.MEMBER)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=LANGUAGES)

    def __init__(self, *args: Any, roles: list[tuple[str, Any]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, language = self.fields["role"], get_language()
        assert isinstance(field, forms.ChoiceField)
        if roles is not None:
            field.choices = roles
        self.fields["language"].initial = language if language in dict(LANGUAGES) else "da"


class MessageForm(forms.Form):
    """A few words to those who decide."""

    message = PlainText(
        label=_("A few words about you"),
        max_length=LONGEST,
        required=False,
        help_text=_("What you do there, so that they know who is asking."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RefusalForm(forms.Form):
    """A no, with words."""

    note = PlainText(max_length=LONGEST, required=False)


class MemberRoleForm(forms.Form):
    """As what somebody acts for an organisation."""

    role = forms.ChoiceField(choices=Membership.Role.choices)


class OrganisationForm(forms.Form):
    """What an organisation says about itself."""

    summary_da = PlainText(
        label=_("What it does, in Danish"),
        max_length=LONGEST_SUMMARY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    summary_en = PlainText(
        label=_("What it does, in English"),
        max_length=LONGEST_SUMMARY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    website = forms.URLField(label=_("Web address"), max_length=500, required=False, assume_scheme="https")


class PersonForm(forms.Form):
    """What is told of a person."""

    title = PlainText(label=_("Title"), max_length=200, required=False)
    summary_da = PlainText(
        label=_("What you work on, in Danish"),
        max_length=LONGEST_SUMMARY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    summary_en = PlainText(
        label=_("What you work on, in English"),
        max_length=LONGEST_SUMMARY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    fields_chosen = forms.MultipleChoiceField(
        label=_("Fields"), required=False, widget=forms.CheckboxSelectMultiple
    )
    visibility = forms.ChoiceField(
        label=_("Who may find you?"),
        choices=Person.Visibility.choices,
        help_text=_("Works name their authors as published. Nobody: this page is shown to no one else."),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, tagged: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fields_chosen"]
        assert isinstance(field, forms.MultipleChoiceField)
        choices = field_choices()[1:]
        # A source may have given a finer field than the list offers: it is kept unless it is taken away.
        listed = {notation for notation, _label in choices}
        field.choices = [*choices, *((one, field_label(one)) for one in tagged if one not in listed)]


class ContactForm(forms.Form):
    """How somebody can be reached, and who may know."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ContactPoint.Kind.choices)
    value = PlainText(label=_("Address or number"), max_length=300)
    label = PlainText(
        label=_("What it is for"),
        max_length=100,
        required=False,
        help_text=_("Such as reception or press."),
    )
    audience = forms.ChoiceField(
        label=_("Who may see it?"),
        choices=ContactPoint.Audience.choices,
        initial=ContactPoint.Audience.MEMBERS,
    )


def installation_roles(*, administrator: bool) -> list[tuple[str, Any]]:
    """What somebody can be invited to the installation as, by staff or by administrators."""
    given = Role.values if administrator else [Role.VISITOR, Role.MEMBER]
    return [(role, Role(role).label) for role in given]


def organisation_initial(row: Organisation) -> dict[str, Any]:
    """The form's values for an organisation."""
    return {name: getattr(row, name) for name in ("summary_da", "summary_en", "website")}


def person_initial(row: Person) -> dict[str, Any]:
    """The form's values for a person."""
    values = {name: getattr(row, name) for name in ("title", "summary_da", "summary_en", "visibility")}
    return {**values, "fields_chosen": [tag.notation for tag in row.field_tags.all()]}
