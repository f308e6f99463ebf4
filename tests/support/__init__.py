"""What the fixtures are made of: databases, a browser, a clock that moves, counted statements."""
