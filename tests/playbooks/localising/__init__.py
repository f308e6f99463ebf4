"""The tests of asking for local rules."""
