"""Whom to dial, when, and who may dial us."""
