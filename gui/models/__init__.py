"""Lists for views, and the pictures they show."""
