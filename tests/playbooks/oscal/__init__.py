"""Playbooks as OSCAL, against the published schemas and another tool's resolver."""
