"""Which clauses hold where today: read out of the resolved chains, so that they can be searched and translated."""
