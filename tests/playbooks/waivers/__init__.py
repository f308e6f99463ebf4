"""Tests of the playbook rules; `escalation.py` holds the worked example, `strategies.py` makes others up."""
