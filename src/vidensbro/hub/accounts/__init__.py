"""Users, roles, actors and the policy mechanism."""
