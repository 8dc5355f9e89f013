"""Moving in with a file."""
