"""Home pages and dashboards: reads only."""
