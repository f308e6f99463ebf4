"""Reading findings."""
