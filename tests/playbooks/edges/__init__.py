"""The edge cases of playbooks and overrides, each a test that carries its number."""
