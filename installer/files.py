"""Files that are either the old one or the new one, whatever happens in between."""

import errno
import fcntl
import os
import stat
import struct
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

NOT_NAMELESS = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL)
"""What filesystems and kernels say that have no files without a name (open(2), O_TMPFILE)."""


def write_atomically(path: Path, content: bytes, mode: int) -> None:
    """Replace `path` by a synced new file of the same directory (rename(2)); OSError where that fails.

    The new one has no name before it is whole: whoever is killed while it is written leaves nothing behind.
    """
    make_directory(path.parent)
    temporary = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        with os.fdopen(open_nameless(temporary), "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
            if not temporary.exists():
                os.link(f"/proc/self/fd/{file.fileno()}", temporary, src_dir_fd=file.fileno(), follow_symlinks=True)
        os.replace(temporary, path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)  # a write that fails names none
        raise
    sync_directory(path.parent)


def open_nameless(name: Path) -> int:
    """A new file without a name in the directory of `name`; where there is no such thing, one of that name."""
    try:
        return os.open(name.parent, os.O_TMPFILE | os.O_WRONLY, 0o600)
    except OSError as error:
        if error.errno not in NOT_NAMELESS:
            raise
        return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def put_in_place(new: Path, path: Path) -> None:
    """Put a finished file in the place of `path`, synced and with the mode of the old one; OSError where that fails.

    A link is followed, onto another filesystem too, where no rename reaches: there a copy takes the place.
    """
    path = Path(os.path.realpath(path))
    with new.open("rb") as file:
        if path.exists():
            os.fchmod(file.fileno(), stat.S_IMODE(path.stat().st_mode))
        os.fsync(file.fileno())
    try:
        os.replace(new, path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        write_atomically(path, new.read_bytes(), stat.S_IMODE(new.stat().st_mode))
        new.unlink()
    sync_directory(path.parent)


def link_atomically(path: Path, target: str) -> None:
    """Make `path` a symbolic link to `target`, replacing what stood there; OSError where that fails."""
    make_directory(path.parent)
    temporary = path.with_name(f".{path.name}.link")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(path)
    sync_directory(path.parent)


def make_directory(path: Path, mode: int = 0o755) -> None:
    """Make a directory and its parents durably."""
    if path.is_dir():
        return
    make_directory(path.parent)
    path.mkdir(mode=mode, exist_ok=True)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable (fsync(2))."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def bytes_below(path: Path) -> int:
    """How many bytes the files below a directory have; what goes meanwhile counts for nothing."""
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(folder, name)).st_size
    return total


def is_busy(path: Path) -> bool:
    """Whether somebody has a block device for himself (open(2), O_EXCL)."""
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_EXCL))
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        return True
    return False


def lock_holder(path: Path) -> int | None:
    """Process id that holds a POSIX lock on a file, None where nobody does (fcntl(2), F_GETLK)."""
    with path.open("rb") as file:
        wanted = struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, 0, 0, 0)
        kind, _, _, _, pid = struct.unpack("hhqqi4x", fcntl.fcntl(file, fcntl.F_GETLK, wanted))
    return None if kind == fcntl.F_UNLCK else int(pid)
