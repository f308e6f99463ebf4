"""Everything that changes the network."""

from compliance.network.commands.importing import import_network
from compliance.network.commands.nodes import add_market, add_region, add_site, change_site, found_network, rename_node
from compliance.network.commands.vendors import add_vendor, change_vendor, end_operation, start_operation

__all__ = ["add_market", "add_region", "add_site", "add_vendor", "change_site", "change_vendor", "end_operation",
           "found_network", "import_network", "rename_node", "start_operation"]
