"""Orders, from the Offer to the last signature."""
