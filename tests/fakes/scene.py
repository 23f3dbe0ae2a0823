"""A tiny bare Bolt app, in both modes, to drive the fake with."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.model import Json

Next = Callable[[], Awaitable[None]]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(name: str, label: str = "Yes") -> Json:
    return {"type": "button", "action_id": name, "text": plain(label), "value": name}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def modal(title: str = "Your words", **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "value", "multiline": True}
    block = {"type": "input", "block_id": "input", "label": plain("Say it"), "element": element}
    view: Json = {"type": "modal", "callback_id": "words", "title": plain(title)}
    return view | {"submit": plain("Send"), "blocks": [block]} | more


def home(text: str = "Welcome") -> Json:
    return {"type": "home", "blocks": [marked(text), actions(button("begin", "Begin"))]}


def client(fake: FakeSlack, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(
        token=token or fake.team.bot_token, base_url=fake.api_url, retry_handlers=[], timeout=5
    )


def _with_forms(app: AsyncApp) -> None:
    """Open a modal, and answer it in every way there is."""

    @app.action("write")
    async def _asked(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal())

    @app.view("words")
    async def _submitted(ack: Any, view: Json) -> None:
        words = view["state"]["values"]["input"]["value"]["value"]
        answers: dict[str, Json] = {
            "wrong": {"response_action": "errors", "errors": {"input": "Not that."}},
            "more": {"response_action": "update", "view": modal("More words")},
            "deeper": {"response_action": "push", "view": modal("Deeper")},
            "enough": {"response_action": "clear"},
        }
        await ack(**answers.get(words, {}))


def bare_app(fake: FakeSlack) -> AsyncApp:
    """Answer a greeting with a card, a click with an edit or a modal, and so on."""
    logger = logging.getLogger("bare")
    logger.setLevel(logging.CRITICAL)
    app = AsyncApp(
        client=client(fake),
        signing_secret=fake.signing_secret,
        process_before_response=True,
        logger=logger,
    )
    _with_forms(app)

    @app.event("message")
    async def _greeted(event: Json, client: AsyncWebClient) -> None:
        blocks = [marked("Shall we?"), actions(button("yes"), button("write", "Write"))]
        await client.chat_postMessage(channel=event["channel"], text="Shall we?", blocks=blocks)

    @app.action("yes")
    async def _clicked(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**where, text="Done", blocks=[marked("Done")])

    @app.command("/crossroads")
    async def _commanded(ack: Any, command: Json) -> None:
        await ack(text=f"You said {command['text'] or 'nothing'}")

    @app.event("app_home_opened")
    async def _opened(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=home())

    @app.action("begin")
    async def _began(ack: Any, respond: Any) -> None:
        await ack()

    @app.shortcut("start")
    async def _shortcut(ack: Any, shortcut: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal())

    @app.event("app_uninstalled")
    @app.event("tokens_revoked")
    async def _gone() -> None:
        """Nothing to do, but to be acknowledged."""

    return app


@asynccontextmanager
async def serving(fake: FakeSlack, mode: str) -> AsyncIterator[AsyncApp]:
    """Run the bare app over "http" or "socket" against the fake."""
    app = bare_app(fake)
    async with AsyncExitStack() as stack:
        if mode == "http":
            runner = web.AppRunner(app.server(host="127.0.0.1", path="/slack/events").web_app)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            fake.http_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
        else:
            handler = AsyncSocketModeHandler(app, fake.app_token, ping_interval=0.5)
            stack.push_async_callback(handler.client.close)
            await handler.connect_async()  # type: ignore[no-untyped-call]
            await fake.connected()
        yield app
