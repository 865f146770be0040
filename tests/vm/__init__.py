"""Real machines in QEMU: base images, a machine driven over its serial line, and the tests that use them."""
