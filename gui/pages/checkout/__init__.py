"""From a listing to an order."""
