"""The life of a version: its rules, its commands, its pages."""
