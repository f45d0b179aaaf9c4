"""How a project builds and uses its images: every Dockerfile with its context, every image that a file names."""
