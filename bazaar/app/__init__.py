"""Use cases and services: what a node does, told through ports."""
