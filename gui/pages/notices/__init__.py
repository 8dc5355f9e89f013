"""What happened that needs the user."""
