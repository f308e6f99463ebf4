"""People, their grants and their sessions."""
