"""Signed bytes: kinds, bounded types, bodies and envelopes."""
