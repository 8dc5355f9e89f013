"""The DHT on a host: its table, walks and stores, and what we put into it."""
