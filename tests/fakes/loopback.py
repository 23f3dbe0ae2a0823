"""Keeps a test run on this machine: whoever asks for another host fails at once."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from typing import Any

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ws_proxy", "wss_proxy")

attempts: list[str] = []
"""Hosts that were asked for since somebody last looked, also where the error was swallowed."""

_kept: list[tuple[Any, str, Any]] = []


class LeftLoopbackError(RuntimeError):
    """A test reached for a real host. No OSError, so that no retry takes it for bad weather."""


def is_loopback(host: Any) -> bool:
    """Whether a host is this machine, by name or by address."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def shut() -> None:
    """Refuse every name and address but this machine's own, and forget proxies."""
    for name in [name for name in os.environ if name.lower() in PROXIES]:
        del os.environ[name]
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        _replace(socket, name, _asking(getattr(socket, name)))
    for name in ("connect", "connect_ex", "sendto"):
        _replace(socket.socket, name, _reaching(getattr(socket.socket, name)))


def reopen() -> None:
    """Undo ``shut``, but for the proxies."""
    while _kept:
        place, name, value = _kept.pop()
        setattr(place, name, value)


def _replace(place: Any, name: str, value: Any) -> None:
    _kept.append((place, name, getattr(place, name)))
    setattr(place, name, value)


def _refuse(host: Any) -> None:
    if not is_loopback(host):
        attempts.append(str(host))
        raise LeftLoopbackError(f"a test tried to reach {host!r}: only loopback is allowed")


def _asking(ask: Callable[..., Any]) -> Callable[..., Any]:
    def asked(host: Any, *args: Any, **more: Any) -> Any:
        _refuse(host)
        return ask(host, *args, **more)

    return asked


def _reaching(reach: Callable[..., Any]) -> Callable[..., Any]:
    def reached(itself: socket.socket, *args: Any) -> Any:
        address = args[-1] if args else None
        if itself.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            _refuse(address[0])
        return reach(itself, *args)

    return reached
