"""Playbooks as OSCAL, the format of control catalogues: written for other tools, and read from them as drafts."""
