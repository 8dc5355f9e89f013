"""How the book's schema came to be, one revision after the other (Alembic)."""
