"""Tests of adoption and acknowledgement."""
