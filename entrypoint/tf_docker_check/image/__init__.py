"""Image references, and what is known of base images by name."""
