"""Who did what, and the registry for export, erasure and merge."""
