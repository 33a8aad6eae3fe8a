"""What every app of the hub may use: errors, the clock, identifiers, targets. No models."""
