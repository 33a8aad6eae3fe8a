"""Who may have the files of introductions (see `files.owners`)."""

from vidensbro.hub.introductions.documents import may_read

__all__ = ["may_read"]
