"""The shop as a table."""
