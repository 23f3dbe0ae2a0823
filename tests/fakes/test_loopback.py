"""No test reaches a real host."""

import asyncio
import os
import socket
import urllib.request

import aiohttp
import pytest

from tests.fakes.loopback import PROXIES, LeftLoopbackError, attempts, is_loopback


def test_a_name_out_there_is_not_looked_up() -> None:
    for ask in (socket.gethostbyname, lambda host: socket.getaddrinfo(host, 443)):
        with pytest.raises(LeftLoopbackError):
            ask("slack.com")
    attempts.clear()


def test_an_address_out_there_is_not_connected_to() -> None:
    for reach in ("connect", "connect_ex"):
        with socket.socket() as one, pytest.raises(LeftLoopbackError):
            getattr(one, reach)(("192.0.2.1", 443))
    with socket.socket(type=socket.SOCK_DGRAM) as one, pytest.raises(LeftLoopbackError):
        one.sendto(b"x", ("192.0.2.1", 53))
    attempts.clear()


@pytest.mark.parametrize("host", ["slack.com", "192.0.2.1"])
async def test_a_loop_and_a_client_are_held_back_as_well(host: str) -> None:
    with pytest.raises(LeftLoopbackError):
        await asyncio.open_connection(host, 443)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(LeftLoopbackError):
            await session.get(f"https://{host}/")
    with pytest.raises(LeftLoopbackError):
        urllib.request.urlopen(f"http://{host}/")  # noqa: ASYNC210 - it does not get there
    attempts.clear()


def test_an_attempt_is_remembered_even_if_its_error_was_swallowed() -> None:
    with pytest.raises(LeftLoopbackError):
        socket.getaddrinfo("discord.com", 443)
    assert attempts == ["discord.com"]
    attempts.clear()


async def test_this_machine_can_be_reached() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            await writer.wait_closed()


@pytest.mark.parametrize(
    ("host", "near"),
    [("::1", True), ("127.8.8.8", True), (None, True), ("0.0.0.0", False), ("localhost.x", False)],  # noqa: S104
)
def test_what_counts_as_this_machine(host: str | None, near: bool) -> None:
    assert is_loopback(host) is near


def test_no_proxy_is_set() -> None:
    assert not [name for name in os.environ if name.lower() in PROXIES]
