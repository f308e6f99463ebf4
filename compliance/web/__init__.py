"""The page frame, components, charts and forms every feature uses."""
