"""Press releases: written, approved, held until the hour, read, fed and mailed."""
