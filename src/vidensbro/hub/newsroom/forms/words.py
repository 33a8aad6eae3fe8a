"""The words of a version: headline, lead, body, fact boxes and quotes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.newsroom.forms.groups import Group, PartForm, acted, typed
from vidensbro.hub.newsroom.services import Facts, Said, Wording
from vidensbro.hub.newsroom.services.steps import LONGEST_NOTE
from vidensbro.hub.newsroom.services.wording import LONGEST_TEXT, MOST_PARTS
from vidensbro.hub.ui.forms import PlainText

_PARTS = {"fact_boxes": _("Fact boxes"), "quotes": _("Quotations")}


def text_area(label: Any, rows: int, longest: int, **kwargs: Any) -> PlainText:
    """A text of several lines."""
    return PlainText(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class WordsForm(forms.Form):
    """Headline, lead and body."""

    headline = PlainText(label=_("Headline"), max_length=200)
    lead = text_area(
        _("Lead"), 4, 2000, required=False, help_text=_("What is new, in two or three sentences.")
    )
    body = text_area(
        _("Text"),
        18,
        LONGEST_TEXT,
        required=False,
        help_text=_(
            "An empty line begins a new paragraph. ## before a line makes it a heading, - an item of a list; **bold**, "
            "*italic*, [words](https://address). What you paste from Word or a web page is cleaned."
        ),
    )


class FactForm(PartForm):
    """A fact box."""

    needed = ("heading", "body")
    heading = PlainText(label=_("Heading of the fact box"), max_length=200, required=False)
    body = text_area(_("Facts"), 6, LONGEST_TEXT, required=False)


class QuoteForm(PartForm):
    """What somebody says."""

    needed = ("text", "speaker")
    text = text_area(_("What is said"), 3, 2000, required=False)
    speaker = PlainText(label=_("Who says it"), max_length=200, required=False)
    title = PlainText(label=_("Title and workplace"), max_length=200, required=False)
    person_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def said(self) -> tuple[str, ...]:
        """The fields that make it a quotation."""
        return ("text", "speaker", "title")


class Editor:
    """The form of a wording, with the number of the version that was read ("number", 0 for a new one)."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.words = WordsForm(use_required_attribute=False)
        self.facts = Group("facts", FactForm, MOST_PARTS)
        self.quotes = Group("quotes", QuoteForm, MOST_PARTS)
        self.problems: list[str] = []

    @classmethod
    def of(cls, wording: Wording, number: int = 0) -> Editor:
        """The form as it shows a wording."""
        found = cls(number)
        values = {"headline": wording.headline, "lead": wording.lead, "body": wording.body}
        found.words = WordsForm(initial=values, use_required_attribute=False)
        found.facts.show([asdict(one) for one in wording.fact_boxes])
        found.quotes.show([asdict(one) for one in wording.quotes])
        return found

    @classmethod
    def sent(cls, data: QueryDict) -> Editor:
        """The form as it was sent, to be judged."""
        found = cls(number_in(data))
        found.words = WordsForm(data, use_required_attribute=False)
        found.facts.bind(data)
        found.quotes.bind(data)
        return found

    @classmethod
    def again(cls, data: QueryDict, action: str = "") -> Editor:
        """The form as it was sent, unjudged, after a button of a group was pressed (`groups.acted`)."""
        found = cls(number_in(data))
        found.words = WordsForm(initial=typed(WordsForm(), data), use_required_attribute=False)
        for group in (found.facts, found.quotes):
            rows = group.typed(data)
            group.show(acted(rows, group.name, action, group.most))
        return found

    def is_valid(self) -> bool:
        """Is all of it?"""
        return all([self.words.is_valid(), self.facts.is_valid(), self.quotes.is_valid()])

    def wording(self) -> Wording:
        """What a valid form says."""
        given = self.words.cleaned_data
        facts = [form.cleaned_data for form in self.facts.whole()]
        quotes = [form.cleaned_data for form in self.quotes.whole()]
        return Wording(
            headline=given["headline"],
            lead=given["lead"],
            body=given["body"],
            fact_boxes=tuple(Facts(one["heading"], one["body"]) for one in facts),
            quotes=tuple(
                Said(one["text"], one["speaker"], one["title"], str(one["person_id"] or "")) for one in quotes
            ),
        )

    def told(self, error: Invalid) -> None:
        """Show what a service found wrong."""
        for name, codes in error.problems.items():
            for code in dict.fromkeys(codes):
                if name in self.words.fields:
                    self.words.add_error(name, str(words_for(code)))
                else:
                    label = f"{_PARTS[name]}: " if name in _PARTS else ""
                    self.problems.append(f"{label}{words_for(code)}")

    @property
    def all_forms(self) -> list[forms.Form]:
        """Every form in it, in the order of the page."""
        return [self.words, *self.facts.forms, *self.quotes.forms]

    @property
    def has_errors(self) -> bool:
        """Is anything to be corrected?"""
        return bool(self.problems) or any(form.errors for form in self.all_forms)


class CorrectionForm(forms.Form):
    """What was wrong in what is out."""

    note = text_area(
        _("What was wrong?"),
        3,
        LONGEST_NOTE,
        help_text=_("Everybody reads this below the release, with day and hour."),
    )


def number_in(data: QueryDict) -> int:
    """The number of the version that was read, as it was sent; 0 if it says none."""
    text = data.get("number", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
