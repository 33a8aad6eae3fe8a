"""The one way to the network, and harvests of public sources on top of it.

Harvesters take anything that is a `Fetcher`; `HttpFetcher` is the one that goes out.
"""

from vidensbro.kit.sources.fetching.cache import FolderCache
from vidensbro.kit.sources.fetching.checksums import Checksum, Digests, parse_manifest, verify_manifest
from vidensbro.kit.sources.fetching.client import HttpFetcher
from vidensbro.kit.sources.fetching.clinical_trials import ClinicalTrials
from vidensbro.kit.sources.fetching.cvr_search import CvrSearch
from vidensbro.kit.sources.fetching.errors import (
    Busy,
    FetchError,
    HarvestError,
    InUse,
    Refused,
    StorageFailed,
    TooLarge,
    TooSlow,
    Unreachable,
    WrongAddress,
    WrongChecksum,
    WrongContent,
    WrongCursor,
)
from vidensbro.kit.sources.fetching.eu_funding import EuFundingCalls
from vidensbro.kit.sources.fetching.harvesting import Cursor, Harvester, Page, collect
from vidensbro.kit.sources.fetching.oai_pmh import Header, OaiPmh, Repository, header_of
from vidensbro.kit.sources.fetching.openalex_api import OpenAlexApi
from vidensbro.kit.sources.fetching.openalex_limits import Limits
from vidensbro.kit.sources.fetching.openalex_snapshot import OpenAlexSnapshot, Part
from vidensbro.kit.sources.fetching.orcid_registry import OrcidRecords, OrcidSearch, orcid_token
from vidensbro.kit.sources.fetching.patience import Patience, Rate, Surroundings, TokenBucket
from vidensbro.kit.sources.fetching.protocol import Download, Fetcher, Reply, Request
from vidensbro.kit.sources.fetching.ror_registry import RorApi, RorDump, RorRelease

__all__ = [
    "Busy",
    "Checksum",
    "ClinicalTrials",
    "Cursor",
    "CvrSearch",
    "Digests",
    "Download",
    "EuFundingCalls",
    "FetchError",
    "Fetcher",
    "FolderCache",
    "HarvestError",
    "Harvester",
    "Header",
    "HttpFetcher",
    "InUse",
    "Limits",
    "OaiPmh",
    "OpenAlexApi",
    "OpenAlexSnapshot",
    "OrcidRecords",
    "OrcidSearch",
    "Page",
    "Part",
    "Patience",
    "Rate",
    "Refused",
    "Reply",
    "Repository",
    "Request",
    "RorApi",
    "RorDump",
    "RorRelease",
    "StorageFailed",
    "Surroundings",
    "TokenBucket",
    "TooLarge",
    "TooSlow",
    "Unreachable",
    "WrongAddress",
    "WrongChecksum",
    "WrongContent",
    "WrongCursor",
    "collect",
    "header_of",
    "orcid_token",
    "parse_manifest",
    "verify_manifest",
]
