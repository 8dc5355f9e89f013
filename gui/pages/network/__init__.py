"""Who this node is connected to."""
