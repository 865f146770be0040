"""Hashes of passwords, as this system itself makes them: crypt_gensalt(3) and crypt(3) of libcrypt."""

import ctypes

from installer.errors import HostError

LIBRARY = "libcrypt.so.1"
LONGEST = 127
"""How many characters a password may have: libcrypt takes 511 bytes (CRYPT_MAX_PASSPHRASE_SIZE), 4 for each at most."""


def hashed(password: str) -> str:
    """The hash of a password in libcrypt's own preferred way, with fresh salt; HostError where it makes none."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError as error:
        raise HostError(f"{LIBRARY} cannot be loaded: {error}", "install libcrypt1") from error
    library.crypt_gensalt.restype = library.crypt.restype = ctypes.c_char_p
    salt = library.crypt_gensalt(None, 0, None, 0)
    made: bytes | None = library.crypt(password.encode(), salt) if salt else None
    if not made or made.startswith(b"*"):
        raise HostError(f"{LIBRARY} makes no hash of this password", "take a shorter one")
    return made.decode("ascii")
