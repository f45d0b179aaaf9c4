"""How long the tool takes, beside what people would otherwise do."""
