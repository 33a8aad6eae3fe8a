"""Records of OAI-PMH repositories in Dublin Core, the Danish MXD format and OpenAIRE's CERIF."""

from vidensbro.kit.sources.oai.records import fields, mapper

__all__ = ["fields", "mapper"]
