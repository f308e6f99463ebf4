"""Reading audits: lists, one audit, its people, and results over time."""
