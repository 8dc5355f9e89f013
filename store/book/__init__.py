"""The private book: orders, messages, accounts, what is owed; its loss is unacceptable."""
