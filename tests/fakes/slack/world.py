"""All that happened so far in the fake Slack: workspaces, tokens, triggers, time stamps."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.fakes.slack.clock import Changes, Clock
from tests.fakes.slack.model import (
    Account,
    Call,
    Channel,
    Json,
    Message,
    OpenView,
    SlackError,
    Team,
)

TRIGGER_SECONDS = 3
RESPONSE_SECONDS = 30 * 60
RESPONSE_USES = 5


@dataclass(slots=True)
class Trigger:
    """A trigger id: whose, since when, and whether it was used."""

    team: str
    user: str
    at: float
    used: bool = False


@dataclass(slots=True)
class Response:
    """A response url: where it writes, since when, how often it was used."""

    team: str
    user: str
    channel: str
    at: float
    message: Message | None = None
    uses: int = 0


class World:
    """The state of the fake. Tests read it through ``FakeSlack`` and ``Person``."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.changes = Changes()
        self.base = ""
        self.app_id = "A00000001"
        self.app_token = "xapp-1-A00000001-1-fake"
        self.client_id = "1.1"
        self.client_secret = "client-secret"
        self.signing_secret = "signing-secret"
        self.teams: dict[str, Team] = {}
        self.dead: dict[str, str] = {}
        self.old: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.refresh: dict[str, str] = {}
        self.triggers: dict[str, Trigger] = {}
        self.responses: dict[str, Response] = {}
        self.tickets: set[str] = set()
        self.violations: list[str] = []
        self.calls: list[Call] = []
        self._count = 0
        self._stamp = (0, 0)

    # ------------------------------------------------------------------ ids and time

    def number(self) -> int:
        """Count on; no number comes twice."""
        self._count += 1
        return self._count

    def id(self, letters: str) -> str:
        """Make an id as Slack's look."""
        return f"{letters}{self.number():08d}"

    def ts(self) -> str:
        """Make a time stamp: unique, and later than all before, whatever the clock does."""
        seconds = int(self.clock.now())
        last, count = self._stamp
        self._stamp = (seconds, 100) if seconds > last else (last, count + 100)
        return f"{self._stamp[0]}.{self._stamp[1]:06d}"

    def trigger(self, team: str, user: str) -> str:
        """Issue a trigger id."""
        trigger = f"{self.number()}.{self.number()}.{self.number():032x}"
        self.triggers[trigger] = Trigger(team, user, self.clock.now())
        return trigger

    def pull(self, trigger_id: str) -> Trigger:
        """Use a trigger id; raises SlackError."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock.now() - trigger.at > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def response_url(
        self, team: str, user: str, channel: str, message: Message | None = None
    ) -> str:
        """Issue a response url."""
        name = self.id("R")
        self.responses[name] = Response(team, user, channel, self.clock.now(), message)
        return f"{self.base}/response/{name}"

    # ------------------------------------------------------------------ who calls

    def holders(self, token: str) -> list[Team]:
        """Find the workspaces that a bot token is for."""
        owner = self.old.get(token)
        return [team for team in self.teams.values() if token == team.bot_token or owner == team.id]

    def team_of(self, call: Call) -> Team:
        """Find the workspace a call is about; raises SlackError."""
        if not call.token:
            raise SlackError("not_authed")
        if call.token in self.dead:
            raise SlackError(self.dead[call.token])
        teams = self.holders(call.token)
        if not teams:
            raise SlackError("invalid_auth")
        return next((team for team in teams if _is_about(self, team, call.args)), teams[0])

    # ------------------------------------------------------------------ people and channels

    def account(self, team: Team, name: str, user_id: str = "", **more: str | int) -> Account:
        """Add a person, with a direct-message channel."""
        account = Account(user_id or self.id("U"), name)
        account = replace(account, **more)  # type: ignore[arg-type]
        team.people[account.id] = account
        channel = Channel(self.id("D"), user=account.id)
        team.channels[channel.id] = channel
        return account

    def channel(self, team: Team, channel_id: str) -> Channel:
        """Find a channel by its id, or a person's by the person's; raises SlackError."""
        found = team.channels.get(channel_id) or team.channel_with(channel_id)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    # ------------------------------------------------------------------ messages and views

    def keep(self, message: Message) -> Message:
        """Keep a message, or its edited copy."""
        team = self.teams[message.team]
        if message.ephemeral_to:
            team.ephemerals[:] = [one for one in team.ephemerals if one.ts != message.ts]
            team.ephemerals.append(message)
        else:
            team.messages.setdefault(message.channel, {})[message.ts] = message
        self.changes.tell()
        return message

    def remove(self, message: Message) -> None:
        """Make a message disappear."""
        team = self.teams[message.team]
        team.messages.get(message.channel, {}).pop(message.ts, None)
        team.ephemerals[:] = [one for one in team.ephemerals if one.ts != message.ts]
        self.changes.tell()

    def current(self, message: Message) -> Message | None:
        """Find a message as it is now; None if it is gone."""
        team = self.teams[message.team]
        if message.ephemeral_to:
            return next((one for one in team.ephemerals if one.ts == message.ts), None)
        return team.messages.get(message.channel, {}).get(message.ts)

    def make_view(self, team: str, user: str, body: Json, below: OpenView | None) -> OpenView:
        """Make a view of what the app gave."""
        name = self.id("V")
        root, previous = (below.root, below.id) if below else (name, "")
        stamp = f"{self.number()}.{self.number():08x}"
        return OpenView(name, team, user, self.named(body), stamp, root, previous)

    def change_view(self, view: OpenView, body: Json) -> OpenView:
        """Put other contents into a view."""
        stamp = f"{self.number()}.{self.number():08x}"
        held = self.teams[view.team].filled.get((view.user, view.id), {})
        for name in set(held) - {block.get("block_id") for block in body["blocks"]}:
            del held[name]  # an input that is gone forgets what was filled in
        return self.put(replace(view, body=self.named(body), hash=stamp, errors={}, trouble=False))

    def put(self, view: OpenView) -> OpenView:
        """Replace a view by its newer copy, wherever it is."""
        team = self.teams[view.team]
        stack = team.modals.get(view.user, [])
        stack[:] = [view if one.id == view.id else one for one in stack]
        if view.kind == "home":
            team.homes[view.user] = view
        self.changes.tell()
        return view

    def named(self, body: Json) -> Json:
        """Give every block that has none a block id."""
        return {**body, "blocks": list(self.blocks(body["blocks"]))}

    def blocks(self, blocks: list[Json]) -> tuple[Json, ...]:
        """Give every block that has none a block id."""
        return tuple({"block_id": f"b{self.number():04x}", **block} for block in blocks)


def _is_about(world: World, team: Team, args: Json) -> bool:
    if "team_id" in args:
        return bool(team.id == args["team_id"])
    trigger = world.triggers.get(str(args.get("trigger_id")))
    user = str(args.get("users") or args.get("user") or args.get("user_id"))
    return (
        str(args.get("channel") or args.get("channel_id")) in team.channels
        or (trigger is not None and trigger.team == team.id)
        or team.view(str(args.get("view_id"))) is not None
        or user in team.people
    )
