"""Tags about organisations and people."""
