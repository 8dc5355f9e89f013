"""What people say, follow, wish for and want nothing to do with."""
