"""Nodes of one local network, by mDNS."""
