"""What every engine owes its callers, asked of the real ones and of the fake."""
