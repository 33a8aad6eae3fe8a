"""How records of a source become works and offers. See `directory.importers` for how a batch is taken in."""

from vidensbro.hub.knowledge.importers.offers import import_offers
from vidensbro.hub.knowledge.importers.works import import_works

__all__ = ["import_offers", "import_works"]
