"""Put the parts together for a command: settings, keys, store, flows, who speaks, and the clock.

Nothing else in the program reads the clock or draws an id; everywhere else they are arguments.
"""

from __future__ import annotations

import getpass
import logging
import os
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from adapters.library import own_flows, read_flow, shipped_flows
from adapters.store.keys import KeyHome
from adapters.store.sqlite import Opening, SqliteStore, open_store
from bot.config import Settings
from bot.decision.rule import compile_decision
from bot.drafting.rule import compile_draft
from bot.engine.kinds import Kinds
from bot.engine.load import load_flow
from bot.engine.model import Flow
from bot.errors import CrossroadsError, NotFound, SetupError, WrongUse
from bot.opinion.consult import compile_consultation
from bot.planning.rule import compile_plan
from bot.ports import Listed, Person
from bot.rounds.ports import Rounds
from bot.service import Service

KINDS: Kinds = {
    "decide": compile_decision,
    "consult": compile_consultation,
    "draft": compile_draft,
    "plan": compile_plan,
}
"""The step kinds this program knows besides those of the engine."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O or U
_ID_LENGTH = 8
_MISREAD = str.maketrans("ILO", "110")


def now() -> datetime:
    """Tell the time, with the local zone."""
    return datetime.now().astimezone()


def new_case_id() -> str:
    """Draw an id that is short and has no letters that are taken for each other."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))


def person(as_name: str = "") -> Person:
    """Say who speaks in this terminal: the name given, else that of the system's user."""
    return Person("terminal", as_name.strip() or _system_user())


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without an entry, as in some containers
        return str(os.getuid())


# ------------------------------------------------------------------ flows


@dataclass(frozen=True, slots=True)
class Library:
    """The flows in force by id, their files by version, and what is wrong with the others."""

    flows: Mapping[str, Flow]
    files: Mapping[str, Mapping[str, str]]
    broken: Mapping[str, CrossroadsError]


def load_library(settings: Settings) -> Library:
    """Load the flows that ship with the program and one's own; these win. Raises ``WrongUse``."""
    flows: dict[str, Flow] = {}
    files: dict[str, Mapping[str, str]] = {}
    broken: dict[str, CrossroadsError] = {}
    folders = [*shipped_flows().items(), *own_flows(settings.flows).items()]
    for name, folder in folders:
        try:
            texts = read_flow(folder)
            flow = _compiled(tuple(texts.items()))
        except CrossroadsError as error:
            broken[name] = error
            continue
        flows[flow.id] = flow
        files[flow.version] = {file: text for file, text in texts.items() if _counts(file)}
    return Library(flows, files, broken)


@lru_cache(maxsize=16)
def _compiled(texts: tuple[tuple[str, str], ...]) -> Flow:
    """Compile a flow; whoever opens the store again in this process need not wait for it again."""
    return load_flow(dict(texts), KINDS)


def _counts(file: str) -> bool:
    """Say whether a file makes a difference to how the flow runs."""
    return not file.startswith("talks/") and not file.endswith(".md")


# ------------------------------------------------------------------ the service


def say_on_stderr(text: str) -> None:
    """Say something that is no part of the conversation."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


@asynccontextmanager
async def opened(
    settings: Settings, say: Callable[[str], None] = say_on_stderr, *, wanted: str = ""
) -> AsyncIterator[Service]:
    """Open everything that is stored, and close it in any case.

    ``say`` is told what the person should know: a new key, a backup made, a flow that cannot be
    used; a mistake in the flow that is ``wanted`` is raised instead. Raises ``FlowErrors``,
    ``SetupError`` or ``StoreError``.
    """
    _set_up_logging(settings)
    library = load_library(settings)
    if wanted in library.broken:
        raise library.broken[wanted]
    store = await open_database(settings)
    try:
        for notice in (*_notices(store.opening), *map(_broken, library.broken)):
            say(notice)
        for flow in library.flows.values():
            await store.publish(flow.id, flow.version, library.files[flow.version], now())
        yield Service(store, library.flows, KINDS)
    finally:
        await store.close()


def rounds_of(service: Service) -> Rounds:
    """Give where the rounds of second opinion are kept: beside the cases, in the same store."""
    assert isinstance(service.store, SqliteStore)
    return service.store.rounds


async def open_database(settings: Settings) -> SqliteStore:
    """Open the store alone; closing it is the caller's."""
    _make_home(settings.home)
    return await open_store(settings.database, key_home(settings), now, safety=settings.synchronous)


def key_home(settings: Settings) -> KeyHome:
    """Say where the keys are: in the setting, else in a file beside the database."""
    setting = settings.key.get_secret_value() if settings.key else ""
    return KeyHome(settings.home / "crossroads.key", setting)


def _make_home(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"The folder {home} cannot be made: {error.strerror}.",
            "Choose another one with CROSSROADS_HOME.",
        ) from error


def _set_up_logging(settings: Settings) -> None:
    """Let our own modules log as much as is set; libraries stay quiet, they know no privacy."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    for name in ("bot", "adapters"):
        logging.getLogger(name).setLevel(settings.log_level)


def _notices(opening: Opening) -> list[str]:
    notices = []
    if opening.key_file:
        notices.append(
            f"I made a key, {opening.key_file}: it opens what you write here. Keep a copy of it in "
            "a safe place; without it your cases cannot be read."
        )
    if opening.backup:
        notices.append(f"The database was brought up to date; before, I saved {opening.backup}.")
    if opening.erased_again:
        notices.append(
            "This database was restored from a backup; what you had deleted since was deleted "
            f"again ({opening.erased_again})."
        )
    return notices


def _broken(flow: str) -> str:
    return f"The flow “{flow}” has mistakes and is left out; “crossroads flows check” lists them."


# ------------------------------------------------------------------ cases


async def find_case(service: Service, owner: str, said: str = "") -> Listed:
    """Find a person's case by its id, the beginning of it, or its nickname; "" is the last touched.

    Raises ``NotFound``, or ``WrongUse`` where it may mean several.
    """
    cases = await service.store.cases(owner)
    if not said.strip():
        if cases:
            return cases[0]
        raise NotFound("You have no case yet.", "“crossroads chat” begins one.")
    return pick_case(list(cases), said)


def pick_case(cases: list[Listed], said: str) -> Listed:
    """Pick the case that was named; raises ``NotFound`` or ``WrongUse``."""
    name = " ".join(said.split()).casefold()
    beginning = said.strip().upper().translate(_MISREAD)
    ways: tuple[Callable[[Listed], bool], ...] = (
        lambda case: case.id == beginning,
        lambda case: case.name.casefold() == name,
        lambda case: case.id.startswith(beginning),
        lambda case: name in case.name.casefold().split(),
    )
    for way in ways:
        found = [case for case in cases if way(case)]
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(f"{case.id} ({case.name})" for case in found[:5])
            raise WrongUse(f"“{said}” may mean several cases: {listed}.", "Name one by its id.")
    raise NotFound(f"There is no case “{said}” of yours.", "“crossroads cases” lists them.")
