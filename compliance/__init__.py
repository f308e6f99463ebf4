"""Plumbline: policy and playbook compliance for a global operation."""
