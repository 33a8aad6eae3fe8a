"""Pages of the directory. Those of one organisation or person span features: see `web.organisations`."""
