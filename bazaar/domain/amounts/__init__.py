"""Money, units and other counted things."""
