"""How things stand, asked at the moment in which Prometheus asks: what waits, what the index holds, how imports went.

Every process of one installation gives the same figures, since they are the database's: take their maximum, not
their sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import version

from django.db import Error
from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from vidensbro.hub.accounts.actors import Actor, system_actor
from vidensbro.hub.common import clock, lifecycle
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.imports import queries as imports
from vidensbro.hub.mail import queries as mail
from vidensbro.hub.matches.engine import snapshot
from vidensbro.hub.outbox import queries as outbox


class Standing(Collector):
    """The figures, read anew for each answer. What cannot be asked is left out, and said to be away."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All of them."""
        yield _one("vidensbro_info", "The version that runs", {"version": version("vidensbro")}, 1)
        yield _one("vidensbro_stopping", "1 while the process is on its way out", {}, lifecycle.stopping())
        yield from _database(system_actor("metrics"))
        yield from _index()


def _database(actor: Actor) -> Iterator[GaugeMetricFamily]:
    try:
        found = [*_outbox(), *_mails(actor), _runs(actor)]
    except Error:
        found = []
    yield _one("vidensbro_database_up", "1 when the database answers", {}, bool(found))
    yield from found


def _outbox() -> Iterator[GaugeMetricFamily]:
    entries = GaugeMetricFamily(
        "vidensbro_outbox_entries", "What must follow a change, by topic", labels=("topic", "state")
    )
    oldest = GaugeMetricFamily(
        "vidensbro_outbox_oldest_seconds", "Age of the oldest entry that waits", labels=("topic",)
    )
    for topic in outbox.status():
        for state, count in (("open", topic.open), ("failing", topic.failing), ("given_up", topic.dead)):
            entries.add_metric((topic.topic, state), count)
        oldest.add_metric((topic.topic,), _age(topic.oldest))
    yield entries
    yield oldest


def _mails(actor: Actor) -> Iterator[GaugeMetricFamily]:
    status = mail.status(actor)
    mails = GaugeMetricFamily("vidensbro_mails", "Mails, by state", labels=("state",))
    for state, count in status.counts.items():
        mails.add_metric((str(state),), count)
    yield mails
    yield _one("vidensbro_mail_oldest_seconds", "Age of the oldest mail to send", {}, _age(status.oldest))


def _runs(actor: Actor) -> GaugeMetricFamily:
    runs = GaugeMetricFamily(
        "vidensbro_import_runs", "Import runs, by source and state", labels=("source", "state")
    )
    counted = imports.runs(actor).order_by().values_list("source", "state").annotate(count=Count("pk"))
    for source, state, count in counted:
        runs.add_metric((source, state), count)
    return runs


def _index() -> Iterator[GaugeMetricFamily]:
    try:
        statistics = snapshot().statistics()
    except Unavailable:
        yield _one("vidensbro_index_up", "1 when the index can be read", {}, 0)
        return
    yield _one("vidensbro_index_up", "1 when the index can be read", {}, 1)
    documents = GaugeMetricFamily(
        "vidensbro_index_documents", "Documents in the index, by kind", labels=("kind",)
    )
    for kind, count in sorted(statistics.kinds.items()):
        documents.add_metric((kind,), count)
    yield documents
    yield _one("vidensbro_index_bytes", "Size of the index on the disk", {}, statistics.bytes_on_disk)


def _one(name: str, words: str, labels: Mapping[str, str], value: float) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=tuple(labels))
    family.add_metric(tuple(labels.values()), float(value))
    return family


def _age(since: datetime | None) -> float:
    return max(0.0, (clock.now() - since).total_seconds()) if since else 0.0
