"""The OAuth installation: Bolt's flow, with our stores, our pages and our way to Slack."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth import AuthorizeUrlGenerator, OAuthStateUtils
from slack_sdk.oauth.installation_store import Installation

from adapters.slack.calls import Calls
from adapters.slack.faults import FAILURES, failure
from adapters.slack.installations import STATE_LIFE, Now, Shelf, States
from adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH
from adapters.slack.pages import HEADERS, failure_page, install_page, success_page
from adapters.slack.session import SILENT
from bot.errors import StoreError
from bot.ports import Received, Reply, Safe

_log = logging.getLogger(__name__)

OnInstalled = Callable[[str, str], Awaitable[None]]
"""Is told enterprise and team after an installation; team "" where it is an organisation's."""

_TEAM = re.compile(r"[TE][A-Z0-9]{1,20}")
_PASSED_ON = ("code", "state", "error")
_LONGEST = 1_000  # characters of anything in the query


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """The app's own: what it is called at Slack, what it may do, and where Slack sends people back.

    ``redirect_uri`` "" leaves it to what the app's settings at Slack say.
    """

    client_id: str
    client_secret: str
    scopes: Sequence[str]
    redirect_uri: str = ""


async def _tell_nobody(enterprise: str, team: str) -> None:
    return None


class Installing:
    """Answers the two pages of the installation."""

    def __init__(
        self,
        credentials: Credentials,
        shelf: Shelf,
        safe: Safe,
        calls: Calls,
        now: Now,
        on_installed: OnInstalled = _tell_nobody,
    ) -> None:
        settings = _settings(credentials, shelf, States(safe, now), calls.api_url)
        self._flow = _Flow(settings, calls, on_installed)

    async def install(self, received: Received) -> Reply:
        """Show the page that leads to Slack, and give the browser a one-time state."""
        team = received.query.get("team", "")
        query = {"team": team} if _TEAM.fullmatch(team) else {}
        try:
            return _reply(await self._flow.handle_installation(_request(received, query)))
        except StoreError as error:
            return _failed_to_store(error)

    async def callback(self, received: Received) -> Reply:
        """Take the person back from Slack: exchange the code, and store the installation."""
        query = {name: received.query[name] for name in _PASSED_ON if name in received.query}
        short = {name: value for name, value in query.items() if 0 < len(value) <= _LONGEST}
        try:
            return _reply(await self._flow.handle_callback(_request(received, short)))
        except StoreError as error:
            return _failed_to_store(error)


class _Flow(AsyncOAuthFlow):
    """Bolt's flow, where Slack may be out of reach and the store may be busy."""

    def __init__(
        self, settings: AsyncOAuthSettings, calls: Calls, on_installed: OnInstalled
    ) -> None:
        super().__init__(client=calls.client, logger=SILENT, settings=settings)
        self._on_installed = on_installed

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        return install_page(url)

    async def run_installation(self, code: str) -> Installation | None:
        try:
            return await super().run_installation(code)
        except FAILURES as error:
            raise _Unreachable(type(failure(error)).__name__) from None

    async def handle_callback(self, request: AsyncBoltRequest) -> BoltResponse:
        try:
            return await super().handle_callback(request)
        except _Unreachable:
            _log.warning("An installation could not be completed: Slack was out of reach.")
            return _failure("slack_unreachable", 503, self.settings)

    async def store_installation(
        self, request: AsyncBoltRequest, installation: Installation
    ) -> None:
        try:
            await super().store_installation(request, installation)
            team = "" if installation.is_enterprise_install else installation.team_id or ""
            await self._on_installed(installation.enterprise_id or "", team)
        except StoreError as error:
            raise BoltError(str(error)) from error


class _Unreachable(Exception):
    """The code could not be exchanged, for no fault of the person's."""


def _settings(
    credentials: Credentials, shelf: Shelf, states: States, api_url: str
) -> AsyncOAuthSettings:
    settings = AsyncOAuthSettings(
        client_id=credentials.client_id,
        client_secret=credentials.client_secret,
        scopes=list(credentials.scopes),
        user_scopes=[],
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        callback_options=AsyncCallbackOptions(success=_succeeded, failure=_failed),
        installation_store=shelf,
        installation_store_bot_only=True,
        state_store=states,
        state_expiration_seconds=int(STATE_LIFE.total_seconds()),
        logger=SILENT,
    )
    # What follows would otherwise come from the environment, or lead to the public Slack.
    settings.redirect_uri = credentials.redirect_uri or None
    settings.authorization_url = urljoin(api_url, "/oauth/v2/authorize")
    settings.authorize_url_generator = AuthorizeUrlGenerator(
        client_id=credentials.client_id,
        redirect_uri=settings.redirect_uri,
        scopes=list(credentials.scopes),
        authorization_url=settings.authorization_url,
    )
    settings.state_utils = _Cookies(expiration_seconds=settings.state_expiration_seconds)
    return settings


class _Cookies(OAuthStateUtils):
    """The state's cookie, which other sites cannot make the browser send along."""

    def build_set_cookie_for_new_state(self, state: str) -> str:
        return f"{super().build_set_cookie_for_new_state(state)}; SameSite=Lax"

    def build_set_cookie_for_deletion(self) -> str:
        return f"{super().build_set_cookie_for_deletion()}; SameSite=Lax"


# ------------------------------------------------------------------ to and from Bolt


async def _succeeded(args: AsyncSuccessArgs) -> BoltResponse:
    app, team = args.installation.app_id or "", args.installation.team_id or ""
    link = f"slack://app?team={team}&id={app}" if team else "slack://open"
    return _page(200, success_page(link), args.settings)


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    return _failure(args.reason, args.suggested_status_code, args.settings)


def _failure(reason: str, status: int, settings: AsyncOAuthSettings) -> BoltResponse:
    return _page(status, failure_page(reason, INSTALL_PATH), settings)


def _page(status: int, page: str, settings: AsyncOAuthSettings) -> BoltResponse:
    cookie = settings.state_utils.build_set_cookie_for_deletion()
    return BoltResponse(status=status, headers={"Set-Cookie": cookie}, body=page)


def _failed_to_store(error: StoreError) -> Reply:
    _log.warning("An installation could not be stored: %s.", type(error).__name__)
    return Reply(503, HEADERS, failure_page("storage_error", INSTALL_PATH).encode())


def _request(received: Received, query: Mapping[str, str]) -> AsyncBoltRequest:
    cookie = received.headers.get("cookie", "")
    headers: dict[str, str | Sequence[str]] = {"cookie": cookie} if cookie else {}
    return AsyncBoltRequest(body="", query=dict(query), headers=headers)


def _reply(response: BoltResponse) -> Reply:
    headers = {name.title(): values[0] for name, values in response.headers.items()}
    return Reply(response.status, {**headers, **HEADERS}, response.body.encode())
