"""What others see of the user, and how it looks."""
