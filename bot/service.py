"""One turn: the store's transaction around the engine, with the right version of the flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.engine.advance import advance
from bot.engine.kinds import Kinds
from bot.engine.load import load_flow
from bot.engine.model import Case, Event, Flow, Republished, Show, Started, Turn, View
from bot.engine.show import view
from bot.errors import NotFound, WrongUse
from bot.ports import Done, Folded, Person, Store, Work


class _VersionNeeded(Exception):
    """A case rests on a flow version that is not loaded."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


class Service:
    """Runs turns for every face; ``flows`` are those in force, by id, older ones come late."""

    def __init__(self, store: Store, flows: Mapping[str, Flow], kinds: Kinds) -> None:
        self.store = store
        self.flows = flows
        self._kinds = kinds
        self._versions = {flow.version: flow for flow in flows.values()}

    def owner(self, person: Person) -> str:
        """Give the opaque id under which a person's things are stored."""
        return self.store.owner(person)

    async def start(
        self,
        owner: str,
        flow_id: str,
        case_id: str,
        at: datetime,
        *,
        track: str = "",
        key: str = "",
        platform: str = "terminal",
    ) -> Done:
        """Begin a case on a track of the flow (the first if none is named).

        Raises ``WrongUse`` where there is no such flow or track.
        """
        flow = self.flow(flow_id)
        presets = dict(await self.store.profile(owner))
        presets.update(_track(flow, track))
        taken = {listed.name for listed in await self.store.cases(owner)}
        name = suggest_name(flow, case_id, taken)
        event = Started(owner, at, presets, name, flow.version)
        blank = Case(case_id, owner, flow.id, flow.version)

        def fold(case: Case | None) -> Folded:
            return _folded(case, advance(flow, case or blank, event), event)

        def again(case: Case) -> Folded:
            return Folded(case, (Show(view(self._flow_of(case), case)),))

        return await self._turn(Work(owner, case_id, at, fold, again, key, platform))

    async def handle(
        self,
        owner: str,
        case_id: str,
        event: Event,
        *,
        key: str = "",
        platform: str = "terminal",
        moves: bool = False,
    ) -> Done:
        """Apply an event to a case, durably; raises ``NotFound`` where it is not the owner's.

        ``moves``: the case goes on on this platform from now on, even if nothing of it changes.
        """

        def fold(case: Case | None) -> Folded:
            if case is None:
                raise NotFound("There is no such case.", "“crossroads cases” lists yours.")
            folded = self._advance(case, event)
            # What is another object, if an equal one, is written, and with it where it is shown.
            return replace(folded, case=replace(case)) if moves and folded.case is case else folded

        def again(case: Case) -> Folded:
            return Folded(case, (Show(view(self._flow_of(case), case)),))

        return await self._turn(Work(owner, case_id, event.at, fold, again, key, platform))

    async def view(self, owner: str, case_id: str) -> View:
        """Show a case as it stands, without a turn."""
        case = await self.store.case(owner, case_id)
        return view(await self.flow_of(case), case)

    def flow(self, flow_id: str) -> Flow:
        """Find a flow in force; raises ``WrongUse``."""
        if flow_id not in self.flows:
            known = ", ".join(sorted(self.flows))
            raise WrongUse(f"There is no flow “{flow_id}”.", f"Flows: {known}.")
        return self.flows[flow_id]

    async def flow_of(self, case: Case) -> Flow:
        """Give the flow version a case rests on, from the store if it is an old one."""
        return await self.version(case.version)

    async def version(self, version: str) -> Flow:
        """Give a version of a flow; raises ``NotFound`` where it is not stored."""
        if version not in self._versions:
            await self._load(version)
        return self._versions[version]

    # -------------------------------------------------------------- inside

    async def _turn(self, work: Work) -> Done:
        while True:
            try:
                return await self.store.turn(work)
            except _VersionNeeded as needed:
                await self._load(needed.version)

    async def _load(self, version: str) -> None:
        files = await self.store.published(version)
        if files is None:
            raise NotFound(
                "The version of the dialogue that this case was held in is not stored here.",
                "Whoever runs Crossroads here can restore the whole database file, or export the "
                "case with the program it is from.",
            )
        self._versions[version] = load_flow(files, self._kinds)

    def _advance(self, case: Case, event: Event) -> Folded:
        current = self.flows.get(case.flow)
        if current is None or current.version == case.version or case.status == "finished":
            return _folded(case, advance(self._flow_of(case), case, event), event)
        news = Republished(case.owner, event.at, current.version)
        moved = advance(current, case, news)
        turn = advance(current, moved.case, event)
        told = tuple(effect for effect in moved.effects if not isinstance(effect, Show))
        events = (news,) if turn.case is moved.case else (news, event)
        return Folded(turn.case, (*told, *turn.effects), events)

    def _flow_of(self, case: Case) -> Flow:
        flow = self._versions.get(case.version)
        if flow is None:
            raise _VersionNeeded(case.version)
        return flow


def _folded(case: Case | None, turn: Turn, event: Event) -> Folded:
    return Folded(turn.case, turn.effects, () if turn.case is case else (event,))


def _track(flow: Flow, track: str) -> Mapping[str, str]:
    if not track:
        return next(iter(flow.tracks.values()), {})
    if track not in flow.tracks:
        known = ", ".join(flow.tracks) or "none"
        raise WrongUse(f"The flow “{flow.id}” has no track “{track}”.", f"Tracks: {known}.")
    return flow.tracks[track]


def suggest_name(flow: Flow, case_id: str, taken: set[str]) -> str:
    """Suggest a nickname that the person does not use yet; the same case id gives the same one."""
    if not flow.nicknames:
        return ""
    names = [flow.name_pattern.format(nickname=nickname) for nickname in flow.nicknames]
    first = sum(case_id.encode()) % len(names)
    for name in names[first:] + names[:first]:
        if name not in taken:
            return name
    number = 2
    while f"{names[first]} {number}" in taken:
        number += 1
    return f"{names[first]} {number}"


Clock = Callable[[], datetime]
"""Gives the current time with its zone; an argument everywhere, so that tests can set it."""
