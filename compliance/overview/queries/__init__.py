"""What overviews read: never a row per record, and never more statements because there are more rows."""
