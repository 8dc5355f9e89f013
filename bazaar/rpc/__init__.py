"""The door of the node: one schema, its server and its client."""
