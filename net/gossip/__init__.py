"""Store heads to everybody, as they come."""
