"""Immutable as-of snapshots and their exports."""
