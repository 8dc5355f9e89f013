"""Own terms as an arbiter."""
