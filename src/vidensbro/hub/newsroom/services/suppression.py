"""The suppression list: addresses that nothing, or nothing of the press desk's lists, is mailed to."""

from __future__ import annotations

from collections.abc import Sequence

from vidensbro.hub.newsroom.addresses import digest_of, keyed_digest
from vidensbro.hub.newsroom.models import Subscriber, Suppression

Why = Subscriber.Why
WEIGHT = (Why.BOUNCED, Why.COMPLAINED, Why.OWN)
"""A later reason takes the place of an earlier one: what the reader said counts most."""


def suppress(address: str, why: str) -> None:
    """Put a canonical address on the list of those that get nothing."""
    digest = digest_of(address)
    Suppression.objects.get_or_create(digest=digest, defaults={"why": why})
    Suppression.objects.filter(digest=digest, why__in=WEIGHT[: WEIGHT.index(Why(why))]).update(why=why)


def keep_off_lists(digest: str) -> None:
    """Let nobody be put on a list of the press desk whose address has this keyed digest."""
    Suppression.objects.get_or_create(digest=digest, defaults={"why": Why.OWN})


def unwanted(address: str) -> bool:
    """Does the reader want no mail of the newsroom at all? An address whose mail came back may be tried again."""
    return Suppression.objects.filter(digest=digest_of(address)).exclude(why=Why.BOUNCED).exists()


def kept_off_lists(addresses: Sequence[str]) -> frozenset[str]:
    """Those of these canonical addresses that nobody may put on a list."""
    by_digest = {make(one): one for one in addresses for make in (digest_of, keyed_digest)}
    found = Suppression.objects.filter(digest__in=by_digest)
    return frozenset(by_digest[one] for one in found.values_list("digest", flat=True))
