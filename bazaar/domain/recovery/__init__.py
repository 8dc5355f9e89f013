"""What brings a lost book back."""
