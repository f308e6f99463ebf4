"""The tests; folders mirror `compliance/`, `support/` holds what the fixtures are made of."""
