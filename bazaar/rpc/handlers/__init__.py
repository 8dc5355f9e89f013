"""Answers each call of the schema through the use cases; one file per command group."""
