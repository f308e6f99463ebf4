"""Actions: the one closure engine, whatever raised the action."""
