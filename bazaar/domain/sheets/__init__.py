"""Spreadsheets of listings, read and written."""
