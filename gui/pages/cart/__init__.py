"""The cart: everything one wants to buy, and one checkout for all of it."""
