"""Tests of reading a text at a place."""
