"""What Slack tells of people, groups and places, within bounds; pure."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.rounds.ports import Trouble

Id = Annotated[str, Field(min_length=1, max_length=255)]
Short = Annotated[str, Field(max_length=1_000)]
Page = Field(max_length=2_000)
"""How much one page may hold: Slack gives a thousand at most."""

_SLACKBOT = "USLACKBOT"


class Told(BaseModel):
    """Anything that Slack tells; what we do not need of it is left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Next(Told):
    """Where the next page begins; "" after the last."""

    next_cursor: Short = ""


class Paged(Told):
    """A page of a longer list."""

    response_metadata: Next | None = None

    @property
    def cursor(self) -> str:
        """What asks for the next page; "" if this is the last."""
        return self.response_metadata.next_cursor if self.response_metadata else ""


# ------------------------------------------------------------------ people


class Profile(Told):
    """How somebody calls themselves."""

    display_name: Short = ""
    real_name: Short = ""


class User(Told):
    """Somebody in the directory; ``is_stranger`` is from another organisation."""

    id: Id
    team_id: Short = ""
    name: Short = ""
    real_name: Short | None = None
    profile: Profile = Profile()
    tz: Short | None = None
    deleted: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_admin: bool = False
    is_owner: bool = False

    @property
    def called(self) -> str:
        """The name that Slack shows of them."""
        names = (self.profile.display_name, self.profile.real_name, self.real_name, self.name)
        return next((name for name in names if name and name.strip()), self.id)

    @property
    def trouble(self) -> Trouble:
        """Why they cannot be asked, "" if they can."""
        if self.deleted:
            return "left"
        if self.is_bot or self.id == _SLACKBOT:
            return "bot"
        guest = self.is_restricted or self.is_ultra_restricted or self.is_stranger
        return "guest" if guest else ""


class OneUser(Told):
    """The answer about one person."""

    user: User


class Users(Paged):
    """A page of the directory."""

    members: Annotated[tuple[User, ...], Page] = ()


class Ids(Paged):
    """A page of those in a channel."""

    members: Annotated[tuple[Id, ...], Page] = ()


# ------------------------------------------------------------------ groups


class Group(Told):
    """A user group; ``users`` are in it, where that was asked for."""

    id: Id
    name: Short = ""
    handle: Short = ""
    users: Annotated[tuple[Id, ...], Field(max_length=20_000)] = ()


class Groups(Told):
    """All user groups."""

    usergroups: Annotated[tuple[Group, ...], Field(max_length=20_000)] = ()


class GroupUsers(Told):
    """Who is in a user group."""

    users: Annotated[tuple[Id, ...], Field(max_length=20_000)] = ()


# ------------------------------------------------------------------ places


class Channel(Told):
    """A channel; it can be shared with others of the organisation, or with another one."""

    id: Id
    name: Short | None = None
    is_im: bool = False
    is_mpim: bool = False
    is_private: bool = False
    is_archived: bool = False
    is_member: bool = False
    is_shared: bool = False
    is_org_shared: bool = False
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    pending_shared: Annotated[tuple[Short, ...], Page] = ()

    @property
    def called(self) -> str:
        """Its name as people write it."""
        return f"#{self.name or self.id}"

    @property
    def shared(self) -> bool:
        """Whether another organisation reads along, or is asked to."""
        outside = self.is_shared and not self.is_org_shared
        asked = self.is_pending_ext_shared or bool(self.pending_shared)
        return self.is_ext_shared or outside or asked

    @property
    def public(self) -> bool:
        """Whether everybody in the workspace can read it."""
        return not (self.is_private or self.is_im or self.is_mpim)


class OneChannel(Told):
    """The answer about one channel."""

    channel: Channel


class Opened(Told):
    """The answer with the channel of somebody's direct messages."""

    class Direct(Told):
        """Only its id."""

        id: Id

    channel: Direct
