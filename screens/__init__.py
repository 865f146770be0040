"""The wizard: asks on screen, shows what would be changed, does it, and proves it. It reaches the machine through
`installer` alone."""
