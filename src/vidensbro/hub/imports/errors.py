"""Why an import stopped."""

from __future__ import annotations

from vidensbro.hub.common.errors import HubError


class ImportStopped(HubError):
    """An import could not go on; what it had read so far is stored, and running it again goes on from there.

    `reason` is "disk_full", "file_unreadable", "database" or "schema_changed"; `detail` what the system said, or
    which field of which file has vanished.
    """

    code = "import_stopped"

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")
