"""Tests of a package of the product."""
