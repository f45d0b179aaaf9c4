"""Find out what is inside an image from manifest, config and one pass over its layers, without running it."""
