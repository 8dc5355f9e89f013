"""The forger: a program of its own that speaks the wire directly, with none of the node's code."""
