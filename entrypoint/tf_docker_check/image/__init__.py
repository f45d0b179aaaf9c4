"""Image references, and what the name of a base image promises."""
