"""Waivers: leave for one site not to meet one clause for a while, against a compensating control."""
