"""One listing whole."""
