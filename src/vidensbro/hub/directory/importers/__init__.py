"""How records of a source become organisations and people.

Each function takes a batch of records and writes their rows in a few statements, inside the transaction of
its caller, who also has the index updated (`Outcome.touched`) and keeps account of what was read.
"""

from vidensbro.hub.directory.importers.organisations import import_organisations, link_organisations
from vidensbro.hub.directory.importers.outcome import Context, Link, Notice, Outcome, Proposal
from vidensbro.hub.directory.importers.people import import_people
from vidensbro.kit.sources.names import split_name

__all__ = [
    "Context",
    "Link",
    "Notice",
    "Outcome",
    "Proposal",
    "import_organisations",
    "import_people",
    "link_organisations",
    "split_name",
]
