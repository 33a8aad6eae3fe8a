"""Works, authors, institutions and topics from OpenAlex, and its lists of merged and deleted identifiers.

OpenAlex data are CC0; the schema is documented at developers.openalex.org. What a record is, its identifier says;
where that is missing, the folder or name of its file (`entity_of`).
"""

from vidensbro.kit.sources.openalex.files import ENTITIES, entity_of, files_in
from vidensbro.kit.sources.openalex.merging import LISTED, merged, merged_fields
from vidensbro.kit.sources.openalex.rows import fields_for, records
from vidensbro.kit.sources.openalex.values import LICENCE, SOURCE
from vidensbro.kit.sources.openalex.works import MAX_AUTHORS, abstract

__all__ = [
    "ENTITIES",
    "LICENCE",
    "LISTED",
    "MAX_AUTHORS",
    "SOURCE",
    "abstract",
    "entity_of",
    "fields_for",
    "files_in",
    "merged",
    "merged_fields",
    "records",
]
