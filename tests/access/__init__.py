"""Who reaches what: every route, method, role and placement against a reviewed table."""
