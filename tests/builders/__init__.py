"""Builders of valid things, one module per feature: only what a test is about is written there."""
