"""Listings, their files, cards and prices."""
