"""Evidence: bytes kept by their digest, and the records that say whose they are."""
