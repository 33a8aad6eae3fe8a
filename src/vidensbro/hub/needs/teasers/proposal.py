"""A first wording of a teaser, from what says little about the owner."""

from __future__ import annotations

from django.utils.translation import gettext, override

from vidensbro.hub.common.targets import targets
from vidensbro.hub.directory.fields import taxonomy
from vidensbro.hub.directory.models import Office
from vidensbro.hub.needs.models import Need
from vidensbro.hub.ui.words import and_list

COARSEST = 2
"""Fields are named at this level of the taxonomy or above, never finer."""


def propose(need: Need) -> str:
    """A teaser from the need's fields, the kinds that are sought and the region only, in the need's language.

    Nothing is taken from its title, text, contact, dates or owner.
    """
    language = "en" if need.language == "en" else "da"
    with override(language):
        sought = and_list(_sought(need)) or gettext("knowledge and partners")
        fields = and_list(_fields(need, language))
        if fields:
            said = gettext("An organisation is looking for %(sought)s within %(fields)s.")
        else:
            said = gettext("An organisation is looking for %(sought)s.")
        sentences = [said % {"sought": sought, "fields": fields}]
        if region := _region(need):
            sentences.append(gettext("It is in %(region)s.") % {"region": region})
    return " ".join(sentences)


def _sought(need: Need) -> list[str]:
    registry = targets()
    labels = [str(registry[kind].plural) for kind in need.sought if kind in registry]
    return [label[:1].lower() + label[1:] for label in labels]


def _fields(need: Need, language: str) -> list[str]:
    """The need's fields by name, the finest given by the one above."""
    found: dict[str, None] = {}
    for tag in need.field_tags.all().order_by("notation"):
        if tag.notation not in taxonomy():
            continue
        concept = taxonomy().concept(tag.notation)
        line = [concept, *taxonomy().broader(tag.notation)]
        notation = next(one.notation for one in line if one.level <= COARSEST)
        label = taxonomy().label(notation, language)
        found[label[:1].lower() + label[1:]] = None
    return list(found)


def _region(need: Need) -> str:
    """The region that the need's city lies in, where the directory knows exactly one."""
    if not need.city:
        return ""
    known = Office.objects.filter(city__iexact=need.city).exclude(region="")
    regions = set(known.values_list("region", flat=True))
    return regions.pop() if len(regions) == 1 else ""
