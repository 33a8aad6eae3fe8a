"""Tags about needs."""
