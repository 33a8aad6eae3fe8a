"""Groups of fields that there are several of, in a form that needs no script: a button adds one, takes one out or
moves one up, and everything that was typed stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

_ACTION = re.compile(r"(add|remove|up):([a-z_]+)(?::(\d{1,3}))?")
Files = MultiValueDict[str, Any]


class PartForm(forms.Form):
    """One of a group. Empty ones are no part; `needed` are the fields that all others need."""

    needed: ClassVar[tuple[str, ...]] = ()
    use_required_attribute = False

    def is_blank(self) -> bool:
        """Is nothing filled in?"""
        return not any(self.cleaned_data.get(name) for name in self.said)

    @property
    def said(self) -> tuple[str, ...]:
        """The fields that make it a part."""
        return tuple(name for name, field in self.fields.items() if not isinstance(field, forms.ChoiceField))

    def clean(self) -> dict[str, Any]:
        """Whatever is begun is whole."""
        given = super().clean() or self.cleaned_data
        if not self.is_blank():
            for name in self.needed:
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return given


P = TypeVar("P", bound=PartForm)


class Group(Generic[P]):
    """Forms of one kind, in their order, with prefixes "name-0", "name-1" ..."""

    def __init__(self, name: str, kind: Callable[..., P], most: int, **kwargs: Any) -> None:
        self.name = name
        self.kind = kind
        self.most = most
        self.forms: list[P] = []
        self._kwargs = kwargs

    def show(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Let the forms show these values, unjudged."""
        self.forms = [
            self._form(number, initial=dict(row)) for number, row in enumerate([*rows][: self.most])
        ]

    def bind(self, data: QueryDict) -> None:
        """Let the forms take what was sent."""
        self.forms = [self._form(number, data) for number in range(self._count(data))]

    def typed(self, data: QueryDict) -> list[dict[str, Any]]:
        """What was sent, as it was typed."""
        self.bind(data)
        return [typed(form, data) for form in self.forms]

    def whole(self) -> list[P]:
        """The valid forms in which something is filled in."""
        return [form for form in self.forms if form.is_valid() and not form.is_blank()]

    def is_valid(self) -> bool:
        """Are all?"""
        return not [form for form in self.forms if not form.is_valid()]

    @property
    def count_name(self) -> str:
        """The hidden field that says how many there are."""
        return f"{self.name}-count"

    @property
    def may_add(self) -> bool:
        """Is there room for one more?"""
        return len(self.forms) < self.most

    def _count(self, data: QueryDict) -> int:
        text = data.get(self.count_name, "")
        return min(int(text), self.most) if text.isascii() and text.isdigit() and len(text) < 4 else 0

    def _form(self, number: int, *args: Any, **kwargs: Any) -> P:
        return self.kind(*args, prefix=f"{self.name}-{number}", **self._kwargs, **kwargs)


def typed(form: forms.Form, data: QueryDict) -> dict[str, Any]:
    """What was sent for the fields of a form, as it was typed."""
    return {
        name: field.widget.value_from_datadict(data, Files(), form.add_prefix(name))
        for name, field in form.fields.items()
    }


def acted(rows: Sequence[dict[str, Any]], name: str, action: str, most: int) -> list[dict[str, Any]]:
    """The rows of the group `name` after what a button asks for: "add:name", "remove:name:2", "up:name:2".

    >>> acted([{"a": 1}, {"a": 2}], "quotes", "up:quotes:1", 20)
    [{'a': 2}, {'a': 1}]
    """
    found = _ACTION.fullmatch(action)
    changed = list(rows)
    if found is None or found[2] != name:
        return changed
    number = int(found[3]) if found[3] else -1
    if found[1] == "add" and len(changed) < most:
        changed.append({})
    elif found[1] == "remove" and 0 <= number < len(changed):
        del changed[number]
    elif found[1] == "up" and 0 < number < len(changed):
        changed[number - 1], changed[number] = changed[number], changed[number - 1]
    return changed
