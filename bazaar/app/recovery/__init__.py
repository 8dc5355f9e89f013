"""Backups, and how a node that lost its book comes back."""
