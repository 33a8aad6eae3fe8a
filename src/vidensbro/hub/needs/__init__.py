"""What somebody looks for, in their own words."""
