"""What the check of a teaser found, in words; who sees a need, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.needs.models import Need, State, Visibility
from vidensbro.hub.needs.teasers import FEWEST, Checked, Crowd
from vidensbro.hub.ui.fields import field_label
from vidensbro.hub.ui.words import and_list, quoted_list

FINDINGS: dict[str, str | Promise] = {
    "email": gettext_lazy("an e-mail address"),
    "web": gettext_lazy("a web address"),
    "identifier": gettext_lazy("a number from a register"),
    "organisation_name": gettext_lazy("the name of your organisation, or of one that it is part of"),
    "address": gettext_lazy("your address"),
    "person_name": gettext_lazy("the name of somebody at your organisation"),
    "contact": gettext_lazy("a word from your contact line"),
    "telephone": gettext_lazy("a telephone number"),
    "figure": gettext_lazy("an exact figure"),
    "name_like": gettext_lazy("looks like the name of a product or of somebody"),
    "rare": gettext_lazy("a word that hardly anybody else uses"),
}


@dataclass(frozen=True, slots=True)
class Warned:
    """One kind of finding with the places in the text that it is about, quoted."""

    label: str
    quoted: str


@dataclass(frozen=True, slots=True)
class Seer:
    """Somebody who can see a need, and why."""

    who: str
    why: str


def warned(checked: Checked) -> list[Warned]:
    """The findings by kind, the surest kind first."""
    by_code: dict[str, dict[str, None]] = {}
    for one in checked.findings:
        by_code.setdefault(one.code, {})[one.text] = None
    return [
        Warned(str(label), quoted_list(list(by_code[code])))
        for code, label in FINDINGS.items()
        if code in by_code
    ]


def crowd_line(crowd: Crowd) -> str:
    """For how many organisations it could be."""
    if not crowd.count:
        return _("It fits no organisation in the directory.")
    return ngettext(
        "It could be %(count)d organisation in the directory.",
        "It could be any of %(count)d organisations in the directory.",
        crowd.count,
    ) % {"count": crowd.count}


def crowd_reason(crowd: Crowd) -> str:
    """What the text reveals that the organisations were counted by."""
    parts = []
    if crowd.fields:
        parts.append(
            _("fields: %(fields)s") % {"fields": and_list([field_label(one) for one in crowd.fields])}
        )
    if crowd.places:
        parts.append(_("place: %(places)s") % {"places": and_list(crowd.places)})
    if crowd.kind:
        label = str(Organisation.Kind(crowd.kind).label).lower()
        parts.append(_("kind of organisation: %(kind)s") % {"kind": label})
    return "; ".join(parts) or _("the text names no field, place or kind of organisation")


def crowd_advice(crowd: Crowd) -> str:
    """What to do when it is too few; "" when it is not."""
    if not crowd.few:
        return ""
    return _(
        "Fewer than %(fewest)d is few: somebody who knows the trade may guess. Say less about place or field."
    ) % {"fewest": FEWEST}


def who_sees(need: Need) -> list[Seer]:
    """Everybody who can see this need, and why. For its owner's side."""
    found = [] if need.state == State.DRAFT else _circle(need)
    if need.owner is not None:
        found.append(Seer(str(need.owner), _("owns the need")))
    open_to_colleagues = need.visibility in (Visibility.PUBLIC, Visibility.MEMBERS)
    if need.organisation is not None and (open_to_colleagues or need.owner is None):
        found.append(
            Seer(
                _("The coordinators of %(name)s") % {"name": organisation_name(need.organisation)},
                _("decide for the organisation that it belongs to"),
            )
        )
    if need.state == State.DRAFT:
        return found
    return [*found, Seer(_("The secretariat"), _("puts people in touch"))]


def _circle(need: Need) -> list[Seer]:
    if need.visibility == Visibility.PUBLIC:
        return [Seer(_("Everybody"), _("the need is on the open list"))]
    if need.visibility == Visibility.MEMBERS:
        return [Seer(_("Members"), _("the need is for members"))]
    if need.visibility == Visibility.SEALED:
        return []
    rows = need.audiences.select_related("organisation").order_by("organisation__name_key")
    return [Seer(organisation_name(row.organisation), _("named by the owner")) for row in rows]
