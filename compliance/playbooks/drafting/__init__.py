"""Writing playbooks and overrides: drafts, what is kept while typing, and the comments of those who read along."""
