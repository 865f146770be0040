"""xenstrap turns a Debian machine into a Xen dom0 and proves that it did."""

__version__ = "0.1.0"
