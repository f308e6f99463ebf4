"""Take every guard away, one at a time, and see the access tests notice."""
