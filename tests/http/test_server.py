"""The HTTP server: what it routes, what it caps, and how it fails, over real sockets."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from adapters.http.server import Limits, Ready, Routes, Server
from bot.errors import SetupError, StoreError
from bot.ports import Received, Reply

PLENTY = Limits()
SECRETS = "what somebody said"


async def echo(received: Received) -> Reply:
    told = {
        "method": received.method,
        "path": received.path,
        "query": dict(received.query),
        "headers": dict(received.headers),
        "body": received.body.decode(),
    }
    return Reply(200, {"Content-Type": "application/json"}, json.dumps(told).encode())


async def failing(received: Received) -> Reply:
    raise StoreError(f"cannot store {received.body.decode()}")


async def endless(received: Received) -> Reply:
    await asyncio.Event().wait()
    return Reply(200)


ROUTES: Routes = {
    ("POST", "/slack/events"): echo,
    ("GET", "/slack/install"): echo,
    ("POST", "/failing"): failing,
    ("POST", "/endless"): endless,
}


async def nothing() -> Mapping[str, str]:
    return {}


@asynccontextmanager
async def serving(
    routes: Routes = ROUTES, ready: Ready = nothing, limits: Limits = PLENTY
) -> AsyncIterator[Server]:
    server = Server("127.0.0.1", 0, routes, ready, limits)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


class Answer:
    """What came back, taken apart."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        self.status = int(first.split()[1])
        pairs = (line.split(": ", 1) for line in lines)
        self.headers = {name.lower(): value for name, value in pairs}

    def json(self) -> dict[str, object]:
        told = json.loads(self.body)
        assert isinstance(told, dict)
        return told


async def send(server: Server, raw: bytes) -> Answer:
    """Write bytes as they are, and read until the server closes."""
    reader, writer = await asyncio.open_connection(*server.address)
    try:
        writer.write(raw)
        return Answer(await reader.read())
    finally:
        writer.close()
        await writer.wait_closed()


def request(method: str, target: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: x", "Connection: close", *headers]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


async def test_a_request_reaches_its_route_as_it_came() -> None:
    async with serving() as server:
        answer = await send(
            server, request("POST", "/slack/events?a=1&b=", b"payload=x", "X-Slack-Signature: v0=1")
        )
    told = answer.json()
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert told["query"] == {"a": "1", "b": ""}
    assert (told["method"], told["path"], told["body"]) == ("POST", "/slack/events", "payload=x")
    assert isinstance(told["headers"], dict)
    assert told["headers"]["x-slack-signature"] == "v0=1"


async def test_several_requests_share_a_connection() -> None:
    async with serving() as server:
        reader, writer = await asyncio.open_connection(*server.address)
        for _ in range(3):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            assert await reader.readexactly(18) == b'{"status":"alive"}'
        writer.close()
        await writer.wait_closed()


async def test_a_compressed_body_is_not_unpacked() -> None:
    async with serving({("POST", "/slack/events"): size_of_body}) as server:
        raw = request("POST", "/slack/events", b"\x1f\x8b not gzip", "Content-Encoding: gzip")
        assert (await send(server, raw)).body == b"11"


async def size_of_body(received: Received) -> Reply:
    return Reply(200, {}, str(len(received.body)).encode())


async def test_it_is_alive_while_the_loop_runs() -> None:
    async with serving() as server:
        answer = await send(server, request("GET", "/healthz"))
    assert (answer.status, answer.json()) == (200, {"status": "alive"})


async def test_it_is_ready_when_every_check_is_fine() -> None:
    async def ready() -> Mapping[str, str]:
        return {"database": "ok", "slack": "ok"}

    async with serving(ready=ready) as server:
        answer = await send(server, request("GET", "/readyz"))
    assert (answer.status, answer.json()) == (200, {"database": "ok", "slack": "ok"})


async def test_it_says_what_keeps_it_from_being_ready() -> None:
    async def ready() -> Mapping[str, str]:
        return {"database": "busy", "slack": "ok"}

    async with serving(ready=ready) as server:
        answer = await send(server, request("GET", "/readyz"))
    assert (answer.status, answer.json()) == (503, {"database": "busy", "slack": "ok"})


@pytest.mark.parametrize("target", ["/", "/slack", "/slack/events/", "/slack%2Fevents", "/../etc"])
async def test_other_paths_are_not_found(target: str) -> None:
    async with serving() as server:
        answer = await send(server, request("POST", target))
    assert (answer.status, answer.body) == (404, b"")


async def test_another_method_is_refused_and_told_which_is_allowed() -> None:
    async with serving() as server:
        answer = await send(server, request("GET", "/slack/events"))
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "raw",
    [
        request("GET", "/healthz"),
        request("POST", "/failing", b"x"),
        request("GET", "/nowhere"),
        b"nonsense\r\n\r\n",
    ],
    ids=["fine", "failing", "nowhere", "nonsense"],
)
async def test_no_answer_tells_which_software_made_it(raw: bytes) -> None:
    async with serving() as server:
        answer = await send(server, raw)
    assert "server" not in answer.headers


async def test_a_body_over_the_cap_is_refused_before_it_is_read() -> None:
    async with serving(limits=Limits(body=1_000)) as server:
        head = request("POST", "/slack/events").replace(b"Length: 0", b"Length: 1000000")
        answer = await send(server, head)
    assert (answer.status, answer.body) == (413, b"")


async def test_a_body_of_unsaid_length_is_capped_as_well() -> None:
    chunk = b"400\r\n" + b"x" * 1_024 + b"\r\n"
    head = (
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    async with serving(limits=Limits(body=2_000)) as server:
        refused = await send(server, head + chunk * 3 + b"0\r\n\r\n")
        taken = await send(server, head + chunk + b"0\r\n\r\n")
    assert refused.status == 413
    assert taken.json()["body"] == "x" * 1_024


async def test_a_body_of_exactly_the_cap_is_taken() -> None:
    async with serving(limits=Limits(body=1_000)) as server:
        assert (await send(server, request("POST", "/slack/events", b"x" * 1_000))).status == 200
        assert (await send(server, request("POST", "/slack/events", b"x" * 1_001))).status == 413


@pytest.mark.parametrize(
    "headers",
    [["X-Long: " + "x" * 9_000], [f"X-{number}: y" for number in range(200)]],
    ids=["long", "many"],
)
async def test_headers_have_a_limit(headers: list[str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving() as server:
        answer = await send(server, request("GET", "/healthz", b"", *headers))
    assert (answer.status, answer.body) == (400, b"")
    assert caplog.messages == []


async def test_a_failing_route_is_answered_with_500_and_logged_by_its_type_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving() as server:
        answer = await send(server, request("POST", "/failing", SECRETS.encode()))
    assert (answer.status, answer.body) == (500, b"")
    assert caplog.messages == ["A request failed: StoreError."]
    assert SECRETS not in caplog.text


async def test_a_request_that_takes_too_long_is_given_up() -> None:
    async with serving(limits=Limits(seconds=0.05)) as server:
        answer = await send(server, request("POST", "/endless", b"x"))
        assert (answer.status, answer.body) == (503, b"")
        assert (await send(server, request("GET", "/healthz"))).status == 200


async def test_a_body_that_does_not_come_is_given_up() -> None:
    async with serving(limits=Limits(seconds=0.05)) as server:
        raw = request("POST", "/slack/events").replace(b"Length: 0", b"Length: 10")
        assert (await send(server, raw)).status == 503


async def test_nothing_is_logged_of_requests(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving() as server:
        await send(server, request("POST", f"/slack/events?x={SECRETS[:4]}", SECRETS.encode()))
        await send(server, f"{SECRETS}\r\n\r\n".encode())
    assert not [record for record in caplog.records if record.name != "asyncio"]


async def test_what_is_under_way_is_finished_when_it_stops() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(received: Received) -> Reply:
        begun.set()
        await go_on.wait()
        return Reply(200, {}, b"done")

    async with serving({("POST", "/slow"): slow}) as server:
        asked = asyncio.create_task(send(server, request("POST", "/slow")))
        await begun.wait()
        stopped = asyncio.create_task(server.stop())
        go_on.set()
        assert (await asked).body == b"done"
        await stopped


async def test_a_port_that_is_taken_is_told_with_a_remedy() -> None:
    async with serving() as server:
        second = Server(*server.address, ROUTES)
        with pytest.raises(SetupError, match="CROSSROADS_HTTP_PORT") as told:
            await second.start()
    assert "already" in told.value.message


async def test_an_address_that_cannot_be_had_is_told_with_a_remedy() -> None:
    with pytest.raises(SetupError, match="CROSSROADS_HTTP_HOST"):
        await Server("192.0.2.1", 0, ROUTES).start()


async def test_it_can_be_stopped_before_it_started_and_twice() -> None:
    server = Server("127.0.0.1", 0, ROUTES)
    await server.stop()
    await server.start()
    await server.stop()
    await server.stop()
    assert server.address == ("127.0.0.1", 0)
