"""Writing a listing."""
