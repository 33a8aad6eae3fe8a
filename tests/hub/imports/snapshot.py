"""All that imports write, without the keys that every database makes anew."""

from __future__ import annotations

from typing import Any

from vidensbro.hub.directory.models import Affiliation, Alias, Identifier, Office, Organisation, Person
from vidensbro.hub.imports.models import ImportProblem, MergeProposal, OpenLink, SourceRecord
from vidensbro.hub.knowledge.models import Authorship, Grant, Offer, Work, WorkField
from vidensbro.hub.needs.models import Need


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Rows by table, as values that two databases can be compared by."""
    tables = {
        "organisations": Organisation.objects.values_list(
            "source",
            "source_id",
            "name",
            "name_en",
            "kind",
            "status",
            "country",
            "parent__name",
            "successor__name",
        ),
        "identifiers": Identifier.objects.values_list("organisation__name", "scheme", "value"),
        "aliases": Alias.objects.values_list("organisation__name", "name"),
        "offices": Office.objects.values_list("organisation__name", "city", "latitude"),
        "people": Person.objects.values_list(
            "source", "source_id", "name", "orcid", "openalex", "successor__name", "visibility"
        ),
        "affiliations": Affiliation.objects.values_list(
            "person__name", "organisation__name", "role", "since", "until"
        ),
        "works": Work.objects.values_list(
            "source", "source_id", "title", "abstract", "doi", "date", "cited_by", "withdrawn"
        ),
        "authorships": Authorship.objects.values_list(
            "work__source_id",
            "position",
            "role",
            "person__name",
            "organisation__name",
            "raw_name",
            "raw_affiliation",
        ),
        "grants": Grant.objects.values_list(
            "work__source_id",
            "source",
            "funder",
            "funder_key",
            "number",
            "organisation__name",
            "amount",
            "total",
            "currency",
        ),
        "work_fields": WorkField.objects.values_list("work__source_id", "notation"),
        "offers": Offer.objects.values_list(
            "source_id", "title", "organisation__name", "contact__name", "amount", "withdrawn"
        ),
        "needs": Need.objects.values_list("source_id", "title", "state", "organisation__name"),
        "problems": ImportProblem.objects.values_list("file", "line", "field", "code", "value"),
        "proposals": MergeProposal.objects.values_list("kind", "score", "state"),
        "source_records": SourceRecord.objects.values_list("source", "kind", "source_id", "digest"),
        "open_links": OpenLink.objects.values_list("kind", "target"),
    }
    return {name: sorted(rows, key=repr) for name, rows in tables.items()}
