"""Configuration of the network as text: read, sorted into what belongs to a port and to a bridge, and written."""
