"""A trade: its messages, rules and fold, and what each role may or must do."""
