"""The auth.*, oauth.* and apps.* methods."""

from __future__ import annotations

from tests.fakes.slack.model import Call, Json, SlackError, Team
from tests.fakes.slack.world import World

TOKEN_SECONDS = 43_200


def api_test(world: World, call: Call) -> Json:
    """Answer anybody."""
    return {"args": {}}


def test(world: World, team: Team, call: Call) -> Json:
    body: Json = {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": "crossroads",
        "team_id": team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot_id,
        "is_enterprise_install": team.org,
    }
    return body | ({"enterprise_id": team.enterprise} if team.enterprise else {})


def revoke(world: World, team: Team, call: Call) -> Json:
    world.dead[call.token] = "token_revoked"
    return {"revoked": True}


def connections_open(world: World, call: Call) -> Json:
    """Give the address for one websocket; needs the app's own token."""
    if call.token != world.app_token:
        raise SlackError("invalid_auth" if call.token else "not_authed")
    ticket = world.id("ticket")
    world.tickets.add(ticket)
    host = world.base.replace("http://", "ws://")
    return {"url": f"{host}/link/?ticket={ticket}&app_id={world.app_id}"}


def access(world: World, call: Call) -> Json:
    """Exchange a code, or a refresh token where the workspace rotates tokens."""
    args = call.args
    if args.get("client_id") != world.client_id:
        raise SlackError("invalid_client_id")
    if args.get("client_secret") != world.client_secret:
        raise SlackError("bad_client_secret")
    if args.get("grant_type") == "refresh_token":
        known = world.refresh.pop(str(args.get("refresh_token")), None)
        if known is None:
            raise SlackError("invalid_refresh_token")
    else:
        known = world.codes.pop(str(args.get("code")), None)
        if known is None:
            raise SlackError("invalid_code")
    return _granted(world, world.teams[known])


def _granted(world: World, team: Team) -> Json:
    world.old[team.bot_token] = team.id
    token = f"xoxb-{team.id}-{world.number()}"
    team.bot_token = f"xoxe.{token}" if team.rotation else token
    place = None if team.org else {"id": team.id, "name": team.name}
    above = {"id": team.enterprise, "name": team.enterprise} if team.enterprise else None
    body: Json = {
        "access_token": team.bot_token,
        "token_type": "bot",
        "scope": ",".join(sorted(team.scopes)),
        "bot_user_id": team.bot_user,
        "app_id": world.app_id,
        "team": place,
        "enterprise": above,
        "authed_user": {"id": next(iter(team.people), "U00000000")},
        "is_enterprise_install": team.org,
    }
    if team.rotation:
        refresh = f"xoxe-1-{world.number()}"
        world.refresh[refresh] = team.id
        body |= {"refresh_token": refresh, "expires_in": TOKEN_SECONDS}
    return body
