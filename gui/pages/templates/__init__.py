"""Ways of shipping for many listings."""
