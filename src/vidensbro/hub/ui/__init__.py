"""Base templates, components, navigation, static files."""
