"""The settings of a whole workspace: shown to everybody, changed by those who look after it."""

from __future__ import annotations

from dataclasses import replace

from bot.cards.actions import Action
from bot.chat.parts import Parts
from bot.chat.reaction import Reaction
from bot.errors import WrongUse
from bot.papers.counting import tell_everybody
from bot.records.counting import Here
from bot.rounds.ports import Actor
from bot.rounds.workspace import Workspace, write_workspace
from bot.sheets.model import Entered, Sheet
from bot.sheets.workspace import before_counting, workspace_form, workspace_sheet


async def order(parts: Parts, actor: Actor) -> Reaction:
    """Show the settings of the workspace, to be changed by those who look after it."""
    workspace = await parts.postman.council.workspace(actor)
    rules = await parts.forum.rules_here(actor)
    return Reaction(_sheet(workspace, changes=rules))


async def press(parts: Parts, actor: Actor, action: Action) -> Reaction:
    """Answer a button of those settings; raises ``WrongUse`` where somebody may not."""
    await _see_rights(parts, actor)
    workspace = await parts.postman.council.workspace(actor)
    match action.arg:
        case "set":
            fields = await parts.forum.audience_fields(actor)
            return Reaction(form=workspace_form(fields, widen=workspace.widen))
        case "clear":
            return await _changed(parts, actor, Workspace(counted=workspace.counted))
        case "count":
            return Reaction(before_counting(), instead=True)
        case "count_now":
            return await _count(parts, actor, workspace)
        case "count_no_more":
            return await _changed(parts, actor, replace(workspace, counted=""))
        case _:
            raise WrongUse("That button is of an older version.", "Write /crossroads workspace.")


async def _count(parts: Parts, actor: Actor, workspace: Workspace) -> Reaction:
    """Begin to count decisions, and to tell everybody; pressed again it goes on as it is."""
    if not workspace.counted:
        workspace = replace(workspace, counted=parts.clock().isoformat())
    here = Here(actor.platform, actor.tenant, workspace.counted)
    # First that they are to be told: without the settings that follow it does nothing.
    await tell_everybody(parts.safe, here, parts.forum.reach(actor), parts.clock())
    return await _changed(parts, actor, workspace)


async def _changed(parts: Parts, actor: Actor, workspace: Workspace) -> Reaction:
    await write_workspace(parts.safe, actor, parts.forum.reach(actor), workspace)
    return Reaction(_sheet(workspace, changes=True), instead=True)


def _sheet(workspace: Workspace, *, changes: bool) -> Sheet:
    return workspace_sheet(workspace.label, workspace.widen, workspace.counted, changes=changes)


async def submit(parts: Parts, actor: Actor, entered: Entered) -> Reaction:
    """Change those settings; raises ``WrongUse`` where somebody may not."""
    await _see_rights(parts, actor)
    chosen = {key: value for key, value in entered.items() if key != "widen"}
    found = await parts.forum.audience(actor, chosen)
    if found.shared:
        raise WrongUse(
            f"People of another organisation are in {found.label}.", "Choose one of your own."
        )
    before = await parts.postman.council.workspace(actor)
    widen = "yes" in entered.get("widen", ())
    workspace = replace(before, chosen=chosen, label=found.label, widen=widen)
    await write_workspace(parts.safe, actor, parts.forum.reach(actor), workspace)
    return Reaction(_sheet(workspace, changes=True))


async def _see_rights(parts: Parts, actor: Actor) -> None:
    if not await parts.forum.rules_here(actor):
        raise WrongUse("Only those who look after this workspace can change that.")
