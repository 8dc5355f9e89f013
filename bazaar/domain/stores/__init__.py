"""What a key publishes: records, store heads, segments; how nodes compare them."""
