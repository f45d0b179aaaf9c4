"""Requirements, requirement files and Poetry's dependencies."""
