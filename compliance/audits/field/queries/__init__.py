"""What tablets sent, and which they are, as people read it."""
