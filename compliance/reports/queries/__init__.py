"""What reports read: the network once, to freeze it; afterwards only what was frozen."""
