"""The tablet in a real browser: its data and its screens."""
