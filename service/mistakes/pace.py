"""How many reports one sender may make. Counted in this process's memory alone: no address is kept anywhere."""

import hashlib
import ipaddress
import secrets
import time
from collections import deque
from collections.abc import Callable
from threading import Lock

MOST, SECONDS = 5, 3600.0
"""Reports of one sender in so many seconds, in each worker process."""
SENDERS = 10_000
"""Senders that are remembered at most."""


class Pace:
    """Counts reports by sender; a sender is known by a digest that means nothing outside this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._salt = secrets.token_bytes(16)
        self._times: dict[bytes, deque[float]] = {}
        self._lock = Lock()

    def allows(self, sender: str) -> bool:
        """Tell whether the sender may report once more now, and count it."""
        key, now = self._key(sender), self._clock()
        with self._lock:
            self._forget(now)
            times = self._times.setdefault(key, deque())
            if len(times) >= MOST:
                return False
            times.append(now)
            return True

    def give_back(self, sender: str) -> None:
        """Take back the last count of a sender: what it was for has failed."""
        with self._lock:
            times = self._times.get(self._key(sender))
            if times:
                times.pop()

    def _key(self, sender: str) -> bytes:
        return hashlib.sha256(self._salt + _household(sender).encode()).digest()

    def _forget(self, now: float) -> None:
        for times in self._times.values():
            while times and times[0] <= now - SECONDS:
                times.popleft()
        self._times = {key: times for key, times in self._times.items() if times}
        while len(self._times) >= SENDERS:
            del self._times[next(iter(self._times))]


def _household(sender: str) -> str:
    """Return what one sender has of an address: of IPv6 a whole network of 64 bits, out of which any number comes."""
    try:
        address = ipaddress.ip_address(sender)
    except ValueError:
        return sender
    if isinstance(address, ipaddress.IPv4Address) or address.ipv4_mapped:
        return sender
    return str(ipaddress.ip_network((address, 64), strict=False))
