"""Things on the host that can be looked at and set right, each one file, package, service or menu."""
