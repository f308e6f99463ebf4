"""Sites going live on versions, and people who say that they have read a text."""
