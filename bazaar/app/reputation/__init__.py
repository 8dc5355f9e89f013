"""Ratings and the slots that promise them."""
