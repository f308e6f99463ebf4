"""Playbooks: text, versions, overrides, and what they resolve to at a site."""
