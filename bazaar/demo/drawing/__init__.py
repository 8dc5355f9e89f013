"""Illustrations of the demonstration's goods, drawn with Pillow on the spot."""
