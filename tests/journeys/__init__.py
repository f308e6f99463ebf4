"""The walk through the product, as people do it in a browser."""
