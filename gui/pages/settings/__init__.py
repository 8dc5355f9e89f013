"""Look and profile."""
