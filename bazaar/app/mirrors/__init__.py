"""Copies of stores whose owners are away: kept, brought up to date, found."""
