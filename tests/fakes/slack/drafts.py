"""What Slack sends when a person does something: payloads, with nothing sent yet."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tests.fakes.slack import chat, views
from tests.fakes.slack.elements import (
    NoSuchElement,
    Value,
    What,
    elements,
    fill,
    find,
    must_be_filled,
    pressed,
    state,
)
from tests.fakes.slack.model import Account, Channel, Json, Message, OpenView, Team
from tests.fakes.slack.world import World

Where = Message | OpenView
EVENTS, INTERACTIVE, COMMANDS = "events_api", "interactive", "slash_commands"


@dataclass(frozen=True, slots=True)
class Sending:
    """Something for the app: its kind as Socket Mode names it, and the payload.

    ``view`` is the modal that was submitted, ``channel`` where a command was typed.
    """

    kind: str
    payload: Json
    team: str
    user: str = ""
    channel: str = ""
    view: str = ""


def about_team(team: Team) -> Json:
    """Write a workspace as interactions carry it."""
    body: Json = {"id": team.id, "domain": team.domain}
    if team.enterprise:
        body |= {"enterprise_id": team.enterprise, "enterprise_name": team.enterprise}
    return body


def event(world: World, team: Team, inner: Json, *, shared: bool = False) -> Sending:
    """Wrap an event as the Events API does."""
    grant: Json = {"enterprise_id": team.enterprise or None, "team_id": team.id}
    grant |= {"user_id": team.bot_user, "is_bot": True, "is_enterprise_install": team.org}
    payload: Json = {
        "token": "verification-token",
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": team.enterprise or None,
        "api_app_id": world.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": world.id("Ev"),
        "event_time": int(world.clock.now()),
        "authorizations": [grant],
        "is_ext_shared_channel": shared,
        "event_context": world.id("EC"),
    }
    if team.enterprise:
        payload["enterprise_id"] = team.enterprise
    return Sending(EVENTS, payload, team.id, str(inner.get("user", "")))


class Drafts:
    """Makes what Slack sends for one person. What they wrote is in the channel at once."""

    def __init__(self, world: World, team: Team, account: Account) -> None:
        self._world = world
        self._team = team
        self._account = account

    # ------------------------------------------------------------------ events

    def message(self, text: str, thread_ts: str = "", channel: str = "") -> Sending:
        """Write a message, by default in the direct messages with the app."""
        there = self._world.channel(self._team, channel or self._account.id)
        words = {"type": "text", "text": text}
        section = {"type": "rich_text_section", "elements": [words]}
        message = Message(
            self._team.id,
            there.id,
            self._world.ts(),
            self._account.id,
            html.escape(text, quote=False),
            self._world.blocks([{"type": "rich_text", "elements": [section]}]),
            thread_ts,
            client_msg_id=f"{self._world.number():08x}-0000-4000-8000-000000000000",
        )
        self._world.keep(message)
        inner = chat.shown(self._world, message)
        inner |= {"channel": there.id, "event_ts": message.ts}
        inner["channel_type"] = "im" if there.user else "channel"
        if thread_ts:
            inner["parent_user_id"] = self._team.bot_user
        return event(self._world, self._team, inner, shared=there.shared)

    def edit(self, message: Message, text: str) -> Sending:
        """Edit a message of their own."""
        text = html.escape(text, quote=False)
        edited = self._world.keep(replace(message, text=text, edited=self._world.ts()))
        inner = self._changed("message_changed", message)
        inner["message"] = chat.shown(self._world, edited)
        return event(self._world, self._team, inner)

    def deletion(self, message: Message) -> Sending:
        """Delete a message of their own."""
        self._world.remove(message)
        inner = self._changed("message_deleted", message) | {"deleted_ts": message.ts}
        return event(self._world, self._team, inner)

    def _changed(self, subtype: str, before: Message) -> Json:
        ts = self._world.ts()
        inner: Json = {"type": "message", "subtype": subtype, "hidden": True}
        inner |= {"channel": before.channel, "ts": ts, "event_ts": ts, "channel_type": "im"}
        return inner | {"previous_message": chat.shown(self._world, before)}

    def home(self, tab: str = "home") -> Sending:
        """Open the app's Home (tab "messages": its messages)."""
        inner: Json = {"type": "app_home_opened", "user": self._account.id, "tab": tab}
        channel = self._world.channel(self._team, self._account.id).id
        inner |= {"channel": channel, "event_ts": self._world.ts()}
        home = self._team.homes.get(self._account.id)
        if home and tab == "home":
            inner["view"] = views.shown(self._world, home)
        return event(self._world, self._team, inner)

    # ------------------------------------------------------------------ interactions

    def click(
        self,
        where: Where,
        what: What,
        value: Value = None,
        *,
        filled: Mapping[str, Value] | None = None,
        stale: bool = False,
    ) -> Sending:
        """Press something that is there (``stale``: that was there in this copy)."""
        where = where if stale else self._current(where)
        block, element = find(where.blocks, what)
        action = pressed(block, element, value, self._world.ts())
        self.fill(where, filled or {})
        if element["type"] not in ("button", "overflow"):
            self.fill(where, {block["block_id"]: value})
        payload = self._interaction("block_actions") | self._place(where)
        payload |= {"actions": [action], "trigger_id": self._trigger()}
        return self._sending(payload)

    def fill(self, where: Where, values: Mapping[str, Value]) -> None:
        """Fill in inputs (by action id or block id), with nothing sent."""
        self._choosable(where, values)
        held = self._team.filled.setdefault((self._account.id, _name(where)), {})
        for block, actions in fill(where.blocks, values).items():
            held.setdefault(block, {}).update(actions)

    def submission(self, values: Mapping[str, Value], view: OpenView) -> Sending:
        """Submit a modal with these values."""
        self.fill(view, values)
        held = self._state(view)
        must_be_filled(view.blocks, held["values"])
        payload = self._interaction("view_submission", viewed=True)
        payload |= {"trigger_id": self._trigger(), "response_urls": []}
        payload["view"] = views.shown(self._world, view, held)
        return replace(self._sending(payload), view=view.id)

    def closing(self, view: OpenView, *, cleared: bool = False) -> Sending:
        """Close a modal."""
        payload = self._interaction("view_closed", viewed=True)
        payload |= {"view": views.shown(self._world, view), "is_cleared": cleared}
        return self._sending(payload)

    def shortcut(self, callback_id: str) -> Sending:
        """Use a global shortcut."""
        payload = self._interaction("shortcut", viewed=True)
        payload |= {"callback_id": callback_id, "trigger_id": self._trigger()}
        return self._sending(payload | {"action_ts": self._world.ts()})

    def message_shortcut(self, callback_id: str, message: Message) -> Sending:
        """Use a shortcut on a message."""
        payload = self._interaction("message_action")
        payload |= {"callback_id": callback_id, "trigger_id": self._trigger()}
        payload |= {"action_ts": self._world.ts(), "message_ts": message.ts}
        payload |= {"channel": self._channel(message.channel)}
        payload["message"] = chat.shown(self._world, message)
        payload["response_url"] = self._response_url(message.channel, message)
        return self._sending(payload)

    def command(self, text: str, command: str, channel: str = "") -> Sending:
        """Type a slash command, by default in the direct messages with the app."""
        there = self._world.channel(self._team, channel or self._account.id)
        payload: Json = {
            "token": "verification-token",
            "team_id": self._team.id,
            "team_domain": self._team.domain,
            "channel_id": there.id,
            "channel_name": "directmessage" if there.user else there.name,
            "user_id": self._account.id,
            "user_name": self._account.name.lower(),
            "command": command,
            "text": html.escape(text, quote=False),
            "api_app_id": self._world.app_id,
            "is_enterprise_install": "true" if self._team.org else "false",
            "response_url": self._response_url(there.id),
            "trigger_id": self._trigger(),
        }
        if self._team.enterprise:
            enterprise = self._team.enterprise
            payload |= {"enterprise_id": enterprise, "enterprise_name": enterprise}
        return Sending(COMMANDS, payload, self._team.id, self._account.id, there.id)

    # ------------------------------------------------------------------ parts

    def _choosable(self, where: Where, values: Mapping[str, Value]) -> None:
        """Refuse what Slack's own lists of channels and people do not offer this person."""
        for block, element in elements(where.blocks):
            value = values.get(block["block_id"], values.get(element["action_id"]))
            chosen = [value] if isinstance(value, str) else [*(value or ())]
            if element["type"] == "conversations_select":
                offered = {one.id for one in self._team.channels.values() if self._sees(one)}
            elif element["type"] == "multi_users_select":
                offered = set(self._team.people)
            else:
                continue
            if not set(chosen) - {""} <= offered:
                raise NoSuchElement(f"Slack does not offer {chosen} here")

    def _sees(self, channel: Channel) -> bool:
        if channel.user:
            return channel.user == self._account.id
        return not channel.private or self._account.id in channel.people

    def _current(self, where: Where) -> Where:
        now: Where | None
        if isinstance(where, Message):
            channel = self._world.channel(self._team, where.channel)
            if not (where.ephemeral_to or self._sees(channel)):
                raise NoSuchElement("the message is in a channel that they are not in")
            now = self._world.current(where)
        else:
            now = self._team.view(where.id)
        if now is None:
            raise NoSuchElement("the message or view is gone")
        return now

    def _interaction(self, kind: str, *, viewed: bool = False) -> Json:
        team, account = self._team, self._account
        name = account.name.lower()
        user = {"id": account.id, "username": name, "name": name, "team_id": team.id}
        enterprise = {"id": team.enterprise, "name": team.enterprise} if team.enterprise else None
        return {
            "type": kind,
            "user": user,
            "api_app_id": self._world.app_id,
            "token": "verification-token",
            # Where the app is installed for a whole organisation, views name no workspace
            "team": None if viewed and team.org else about_team(team),
            "enterprise": enterprise,
            "is_enterprise_install": team.org,
        }

    def _place(self, where: Where) -> Json:
        held = self._state(where)
        if isinstance(where, OpenView):
            container = {"type": "view", "view_id": where.id}
            return {"container": container, "view": views.shown(self._world, where, held)}
        container = {"type": "message", "message_ts": where.ts, "channel_id": where.channel}
        container |= {"thread_ts": where.thread_ts} if where.thread_ts else {}
        place: Json = {"container": container | {"is_ephemeral": bool(where.ephemeral_to)}}
        place |= {"channel": self._channel(where.channel), "state": held}
        place["response_url"] = self._response_url(where.channel, where)
        if not where.ephemeral_to:
            place["message"] = chat.shown(self._world, where)
        return place

    def _state(self, where: Where) -> Json:
        held = self._team.filled.get((self._account.id, _name(where)), {})
        return state(where.blocks, held)

    def _channel(self, channel_id: str) -> Json:
        channel = self._world.channel(self._team, channel_id)
        return {"id": channel.id, "name": "directmessage" if channel.user else channel.name}

    def _response_url(self, channel: str, message: Message | None = None) -> str:
        return self._world.response_url(self._team.id, self._account.id, channel, message)

    def _trigger(self) -> str:
        return self._world.trigger(self._team.id, self._account.id)

    def _sending(self, payload: Json) -> Sending:
        return Sending(INTERACTIVE, payload, self._team.id, self._account.id)


def _name(where: Where) -> str:
    return where.id if isinstance(where, OpenView) else f"{where.channel}/{where.ts}"
