"""The terminal adapter: one file per group of commands."""
