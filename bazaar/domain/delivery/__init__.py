"""What travels sealed: receipts, mail, chat."""
