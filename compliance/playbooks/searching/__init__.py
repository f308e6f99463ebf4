"""Search across the clauses that hold where the reader may look, in every language they were translated into."""
