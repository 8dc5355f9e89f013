"""Promises between this user and others."""
