"""Builds the answers of the schema from what the use cases know."""
