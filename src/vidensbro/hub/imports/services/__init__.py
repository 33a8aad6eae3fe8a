"""Importing, and deciding which rows are one."""

from vidensbro.hub.imports.services.merging import keep_apart, merge, propose
from vidensbro.hub.imports.services.running import Progress, resume_import, run_import

__all__ = ["Progress", "keep_apart", "merge", "propose", "resume_import", "run_import"]
