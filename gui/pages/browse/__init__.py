"""Finding what is for sale."""
