"""A port opened at the router by UPnP, through a child process that holds no keys."""
