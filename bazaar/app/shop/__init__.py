"""The own shop: listings, shelf, stock and the merchant's tools."""
