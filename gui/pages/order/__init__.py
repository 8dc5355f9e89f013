"""One order: its course and what can be done now."""
