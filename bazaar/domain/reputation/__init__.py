"""Ratings and rating slots."""
