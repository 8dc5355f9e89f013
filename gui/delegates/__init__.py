"""Painters of cards and rows; they draw plain strings."""
