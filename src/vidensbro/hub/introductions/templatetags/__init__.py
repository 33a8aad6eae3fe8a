"""Tags about introductions."""
