"""Where a machine gets Debian from."""

from installer.model import Model


class Medium(Model):
    """An archive of Debian on a mounted medium: its directory, and the suites in it, with a signature and without."""

    path: str
    signed: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()


class Outside(Model):
    """The way to Debian's archive and that of the security updates: their addresses in apt's sources (of one on a
    medium its directory), apt's options on the way (apt.conf(5)), resolv.conf(5) with the servers that are asked in
    the end, and what of Debian is mounted here."""

    archive: str = ""
    security: str = ""
    options: tuple[str, ...] = ()
    resolv_conf: str = ""
    media: tuple[Medium, ...] = ()
