"""The demonstration market: its people, its goods and, later, its story."""
