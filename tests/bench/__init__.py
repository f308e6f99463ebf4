"""The bench: the data shapes and workloads of `docs/performance.md`, replayed on the product as it is."""
