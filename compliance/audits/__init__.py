"""Audits: planned, pinned to criteria, assessed clause by clause, reviewed."""
