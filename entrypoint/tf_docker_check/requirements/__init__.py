"""What people ask pip for: one requirement, requirement files, Poetry's dependencies."""
