"""Reading introductions, those who can be asked, and the figures."""

from vidensbro.hub.introductions.conflicts import ConflictFound
from vidensbro.hub.introductions.conflicts import of as conflicts
from vidensbro.hub.introductions.protection import Load, Turn, availability, load, passed_over
from vidensbro.hub.introductions.queries.counterparts import Counterpart, choose, counterparts
from vidensbro.hub.introductions.queries.figures import Figures, Month, figures
from vidensbro.hub.introductions.queries.neutrality import Group, Neutrality, neutrality
from vidensbro.hub.introductions.queries.reading import (
    IntroductionSearch,
    asked_of,
    brokers,
    for_needs,
    gets_digest,
    introduction,
    introductions,
    may_answer,
    may_broker,
    may_decide,
    may_request,
    mine,
)

__all__ = [
    "ConflictFound",
    "Counterpart",
    "Figures",
    "Group",
    "IntroductionSearch",
    "Load",
    "Month",
    "Neutrality",
    "Turn",
    "asked_of",
    "availability",
    "brokers",
    "choose",
    "conflicts",
    "counterparts",
    "figures",
    "for_needs",
    "gets_digest",
    "introduction",
    "introductions",
    "load",
    "may_answer",
    "may_broker",
    "may_decide",
    "may_request",
    "mine",
    "neutrality",
    "passed_over",
]
