"""One folder a page: view.py (widgets) and presenter.py (no widgets)."""
