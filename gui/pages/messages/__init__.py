"""Conversations of two people and of an order."""
