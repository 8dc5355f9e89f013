"""The rules of the market, pure: no clock, no socket, no file, no randomness."""
