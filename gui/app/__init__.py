"""The app itself: start-up, look, window, pictures of itself."""
