"""The public catalogue: what others publish; it may be deleted and fetched again."""
