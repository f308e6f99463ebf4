"""Clauses in the languages of those who read them: proposed by one person, approved by another."""
