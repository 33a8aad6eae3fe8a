"""Reading the newsroom: everything is filtered for who asks."""
