"""Projects, organisations and results of Horizon Europe and Horizon 2020, as CORDIS publishes them."""

from vidensbro.kit.sources.cordis.reader import CordisRows
from vidensbro.kit.sources.cordis.records import fields, mapper

__all__ = ["CordisRows", "fields", "mapper"]
