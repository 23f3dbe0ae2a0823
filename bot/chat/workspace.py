"""The settings of a whole workspace: shown to everybody, changed by those who look after it."""

from __future__ import annotations

from bot.cards.actions import Action
from bot.chat.parts import Parts
from bot.chat.reaction import Reaction
from bot.errors import WrongUse
from bot.rounds.ports import Actor
from bot.rounds.workspace import Workspace, write_workspace
from bot.sheets.model import Entered
from bot.sheets.workspace import workspace_form, workspace_sheet


async def order(parts: Parts, actor: Actor) -> Reaction:
    """Show the settings of the workspace, to be changed by those who look after it."""
    workspace = await parts.postman.council.workspace(actor)
    rules = await parts.forum.rules_here(actor)
    return Reaction(workspace_sheet(workspace.label, workspace.widen, changes=rules))


async def press(parts: Parts, actor: Actor, action: Action) -> Reaction:
    """Answer a button of those settings; raises ``WrongUse`` where somebody may not."""
    await _see_rights(parts, actor)
    if action.arg == "clear":
        await write_workspace(parts.safe, actor, Workspace())
        return Reaction(workspace_sheet("", True, changes=True), instead=True)
    workspace = await parts.postman.council.workspace(actor)
    fields = await parts.forum.audience_fields(actor)
    return Reaction(form=workspace_form(fields, widen=workspace.widen))


async def submit(parts: Parts, actor: Actor, entered: Entered) -> Reaction:
    """Change those settings; raises ``WrongUse`` where somebody may not."""
    await _see_rights(parts, actor)
    chosen = {key: value for key, value in entered.items() if key != "widen"}
    found = await parts.forum.audience(actor, chosen)
    if found.shared:
        raise WrongUse(
            f"People of another organisation are in {found.label}.", "Choose one of your own."
        )
    workspace = Workspace(chosen, found.label, "yes" in entered.get("widen", ()))
    await write_workspace(parts.safe, actor, workspace)
    return Reaction(workspace_sheet(workspace.label, workspace.widen, changes=True))


async def _see_rights(parts: Parts, actor: Actor) -> None:
    if not await parts.forum.rules_here(actor):
        raise WrongUse("Only those who look after this workspace can change that.")
