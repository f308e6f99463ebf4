"""What a playbook comes to for whoever reads it at a place: who said what, since when, and what is to come."""
