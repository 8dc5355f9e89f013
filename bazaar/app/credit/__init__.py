"""The settlement rail `credit`: co-signed accounts, hubs, circles of debts."""
