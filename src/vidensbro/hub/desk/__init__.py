"""The broker's desk: one queue of what waits for the secretariat."""
