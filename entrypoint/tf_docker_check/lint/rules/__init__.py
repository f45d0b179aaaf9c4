"""The rules: pure functions, one each, in modules named after what they look at."""
