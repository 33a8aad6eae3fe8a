"""Tags about works and offers."""
