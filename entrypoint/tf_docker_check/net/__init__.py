"""HTTP requests to registries and GitHub: when to repeat them, and what all of them send."""
