"""Continuity: impact analyses, plans, exercises and readiness."""
