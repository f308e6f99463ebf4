"""The proof that a tablet loses nothing: the real server, real browsers, and everything that can go wrong between."""
