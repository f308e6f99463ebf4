"""What becomes of overrides when the text above them moves."""
