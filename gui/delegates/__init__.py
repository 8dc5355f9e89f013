"""Painters of cards and rows."""
