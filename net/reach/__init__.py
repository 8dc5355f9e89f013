"""Being reached from outside: dial-backs, relays, holes in routers."""
