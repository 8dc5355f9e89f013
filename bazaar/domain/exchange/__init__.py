"""Requests and answers between nodes, one file per matter (PROTOCOL.md 3.6)."""
