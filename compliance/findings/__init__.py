"""Findings: what needs follow-up, from issue to closure."""
