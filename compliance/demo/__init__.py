"""A made-up organisation with two years of history, told by the product's own commands."""
