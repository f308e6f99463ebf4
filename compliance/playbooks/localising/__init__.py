"""Asking for a local rule: what it would do, who decides on it, and how it was decided."""
