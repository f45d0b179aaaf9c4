"""What is inside an image: told from manifest, config and one pass over its layers, never by running it."""
