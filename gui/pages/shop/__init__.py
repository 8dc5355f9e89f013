"""Own listings."""
