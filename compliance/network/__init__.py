"""The network: regions, markets, sites, vendors, operations and calendars."""
