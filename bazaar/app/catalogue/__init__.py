"""Other people's stores: heard of, fetched, kept within bounds, shown."""
