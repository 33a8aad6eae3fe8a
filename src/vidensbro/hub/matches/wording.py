"""Every code that the engine gives, in words. A test says that none is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vidensbro.hub.common.targets import targets
from vidensbro.hub.ui.fields import field_label
from vidensbro.hub.ui.words import and_list, quoted, quoted_list
from vidensbro.kit.matching.model import Advice, Contribution, Reservation

Values = Sequence[str]
Wording = Callable[[Values], str]

METHODS: dict[str, str | Promise] = {
    "same": gettext_lazy("same word"),
    "glossary": gettext_lazy("glossary"),
    "lexicon": gettext_lazy("dictionary"),
    "cognate": gettext_lazy("kindred word"),
    "taxonomy": gettext_lazy("same field"),
    "compound": gettext_lazy("part of the word"),
}
"""How a word of the need became the word that was found, the surest way first."""

STRENGTHS: tuple[tuple[float, str | Promise], ...] = (
    (0.5, gettext_lazy("strong match")),
    (0.35, gettext_lazy("good match")),
    (0.2, gettext_lazy("possible match")),
    (0.0, gettext_lazy("weak match")),
)
"""What a score is called from which value on; 0.2 is the engine's own limit for a weak answer."""

FILTER_NAMES: dict[str, str | Promise] = {
    "kinds": gettext_lazy("kind"),
    "fields": gettext_lazy("field"),
    "languages": gettext_lazy("language"),
    "countries": gettext_lazy("country"),
    "facets": gettext_lazy("other choices"),
    "since": gettext_lazy("age"),
}


def strength(score: float) -> str:
    """A score as a word."""
    return str(next(word for least, word in STRENGTHS if score >= least))


def kind_label(kind: str) -> str:
    """What one thing of a kind is called."""
    target = targets().get(kind)
    return str(target.label) if target else kind


def kind_plural(kind: str) -> str:
    """What several things of a kind are called."""
    target = targets().get(kind)
    return str(target.plural) if target else kind


RESERVATIONS: dict[str, Wording] = {
    "not_in_country": lambda values: (
        _("Is in %(actual)s, and you look in %(wanted)s.")
        % {"wanted": _value(values, 0), "actual": _value(values, 1)}
    ),
    "last_active": lambda values: _("Last active in this field in %(year)s.") % {"year": _value(values, 0)},
    "deadline_passed": lambda values: _("The time for this ran out on %(day)s.") % {"day": _day(values)},
    "deadline_before_need": lambda values: (
        _("Ends on %(day)s, before your own deadline.") % {"day": _day(values)}
    ),
    "single_document": lambda values: _("Only one document speaks for it."),
    "readiness_outside": lambda values: (
        _("Meant for technology readiness %(low)s–%(high)s.")
        % {"low": _value(values, 0), "high": _value(values, 1)}
    ),
    "published_long_ago": lambda values: _("Is from %(year)s.") % {"year": _value(values, 0)},
    "meaning_only": lambda values: _("Close in meaning only: none of your words occur."),
    "missing_terms": lambda values: _("Says nothing about %(words)s.") % {"words": quoted_list(values)},
}
"""What speaks against a match."""

ADVICE: dict[str, Wording] = {
    "empty_need": lambda values: _("Write what you need, in your own words."),
    "few_words": lambda values: _(
        "There is little to go by. Write a few sentences: the problem, for whom, where, and what you have tried."
    ),
    "shortened": lambda values: _("The text is very long: only the beginning was read."),
    "unknown_words": lambda values: (
        _("Nothing here uses these words: %(words)s. Try other words for the same.")
        % {"words": quoted_list(values)}
    ),
    "nothing_found": lambda values: _("Nothing here answers the need as it is written."),
    "kinds_without_answer": lambda values: (
        _("There is nothing to show under: %(kinds)s.")
        % {"kinds": and_list([kind_plural(kind).lower() for kind in values])}
    ),
    "filters_exclude": lambda values: (
        _("You have narrowed by %(names)s. Let go of that to see more.")
        % {"names": and_list([str(FILTER_NAMES.get(name, name)) for name in values])}
    ),
    "weak_answers": lambda values: _("Even the best answer is only a weak match."),
    "no_model": lambda values: _("Only words were compared, not meaning: the language model is not in use."),
}
"""What to change in a need to get better answers."""

CONTRIBUTIONS: dict[str, Callable[[str, str], str]] = {
    "term": lambda detail, title: _("The word %(word)s") % {"word": quoted(detail)},
    "meaning": lambda detail, title: _("Likeness in meaning"),
    "passage": lambda detail, title: _("The best passage"),
    "field": lambda detail, title: _("The field %(field)s") % {"field": field_label(detail)},
    "place": lambda detail, title: _("The place"),
    "document": lambda detail, title: title or _("A document that you may not see"),
    "further_documents": lambda detail, title: _further(detail),
}
"""Where a part of a score comes from: (detail, title of the document that it names)."""


def _further(detail: str) -> str:
    count = int(detail) if detail.isdigit() else 1
    return ngettext("%(count)d further document", "%(count)d further documents", count) % {"count": count}


def reservation(one: Reservation) -> str:
    """What speaks against a match, in a sentence."""
    return RESERVATIONS[one.code](one.values)


def advice(one: Advice) -> str:
    """What to change, in a sentence."""
    return ADVICE[one.code](one.values)


def contribution(one: Contribution, title: str) -> str:
    """Where a part of a score comes from; `title` is that of the document that it names, if any."""
    return CONTRIBUTIONS[one.code](one.detail, title)


def method(code: str) -> str:
    """How a word became another."""
    return str(METHODS[code])


def _value(values: Values, number: int) -> str:
    return values[number] if number < len(values) else ""


def _day(values: Values) -> str:
    given = _value(values, 0)
    return formats.date_format(date.fromisoformat(given), "DATE_FORMAT") if given else ""
