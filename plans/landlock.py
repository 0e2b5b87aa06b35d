"""Landlock: what Linux lets a process forbid itself, without any right and inside containers too.

Apart from the sandbox because it is talk with the kernel: three system calls that the C library has no names for
(https://docs.kernel.org/userspace-api/landlock.html). It is for the kind `limits`; bubblewrap has stronger walls.
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1
_NO_NEW_PRIVILEGES = 38
_EXECUTE, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_LOOK = _EXECUTE | _READ | _LIST
_FILES = _EXECUTE | _WRITE | _READ | 1 << 14
"""What can be granted on a file that is not a folder; bit 14 is shortening it."""
_KNOWN = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
"""Which rights on files each version of Landlock knows; later ones know those of the third that concern us."""
_NETWORK_SINCE, _SCOPE_SINCE = 4, 6
_TCP, _SCOPES = 0b11, 0b11
"""Binding and connecting; abstract sockets and signals of others."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def restrict(read: Iterable[Path], write: Iterable[Path]) -> int:
    """Leave this process only the places named, to read or also to write, and no TCP where the kernel can forbid it.

    Return the version of Landlock that did it; 0 where the kernel has none. Places that do not exist are left out.
    """
    if sys.platform != "linux":
        return 0
    kernel = ctypes.CDLL(None, use_errno=True)
    version = kernel.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))
    if version < 1:
        return 0
    known = _KNOWN[min(version, max(_KNOWN))]
    network, scoped = (_TCP if version >= _NETWORK_SINCE else 0), (_SCOPES if version >= _SCOPE_SINCE else 0)
    rules = _Ruleset(known, network, scoped)
    size = 8 * (1 + (version >= _NETWORK_SINCE) + (version >= _SCOPE_SINCE))
    ruleset = _done(kernel.syscall(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0)))
    for rights, places in ((_LOOK & known, read), (known & ~_EXECUTE, write)):
        for place in places:
            _allow(kernel, ruleset, rights, place)
    _done(kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _done(kernel.syscall(_RESTRICT, ruleset, ctypes.c_uint32(0)))
    os.close(ruleset)
    return int(version)


def _allow(kernel: ctypes.CDLL, ruleset: int, rights: int, place: Path) -> None:
    if not place.exists():
        return
    folder = os.open(place, os.O_PATH | os.O_CLOEXEC)
    beneath = _Beneath(rights if place.is_dir() else rights & _FILES, folder)
    _done(kernel.syscall(_ADD, ruleset, _PATH_BENEATH, ctypes.byref(beneath), ctypes.c_uint32(0)))
    os.close(folder)


def _done(result: int) -> int:
    """Return the result of a system call. Raises OSError if it failed."""
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return int(result)
