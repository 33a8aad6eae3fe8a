"""From a match to people who have both said yes."""
