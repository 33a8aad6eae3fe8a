"""The `vidensbro` command: a thin door to the services and queries of the hub."""
