"""The living demonstration: a whole market of real nodes on this machine."""
