"""The socket to the node and the process behind it."""
