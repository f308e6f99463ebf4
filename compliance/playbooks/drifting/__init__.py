"""What becomes of overrides when the text above them moves: seen, compared, accepted as it is, or brought onto it."""
