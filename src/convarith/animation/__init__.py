"""A layer in motion: what each frame shows, and SVG, GIF and PNG of it."""
