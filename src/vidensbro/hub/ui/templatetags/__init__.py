"""Tags that templates of all apps use."""
