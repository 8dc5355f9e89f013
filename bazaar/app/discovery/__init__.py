"""Finding peers and being found."""
