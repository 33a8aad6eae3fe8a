"""Tags about matches."""
