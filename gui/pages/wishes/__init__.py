"""What one keeps an eye on."""
