"""Tests of writing playbooks and overrides."""
