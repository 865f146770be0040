"""The serial driver: what it puts on the line, and that the screen is right."""
