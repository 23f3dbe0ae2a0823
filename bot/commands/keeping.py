"""``crossroads settings``, ``db``, ``keys`` and ``doctor``: looking after an installation."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import Json


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("settings")(settings)
    database = typer.Typer(
        help="Look after the database.\n\nExample: crossroads db check", no_args_is_help=True
    )
    database.command("upgrade")(upgrade)
    database.command("check")(check)
    database.command("backup")(backup)
    app.add_typer(database, name="db")
    keys = typer.Typer(
        help="Look after the keys.\n\nExample: crossroads keys show", no_args_is_help=True
    )
    keys.command("show")(show_keys)
    keys.command("rotate")(rotate)
    app.add_typer(keys, name="keys")
    app.command("doctor")(doctor)


def settings(as_json: Json = False) -> None:
    """Show every setting and its source.

    Secrets are not shown. A setting is a variable in the environment, a line in the file .env,
    or its default.

    Example: crossroads settings
    """
    from bot.commands.desk import print_json
    from bot.commands.sources import effective
    from bot.config import read_settings

    shown = effective(read_settings())
    if as_json:
        rows = [
            {"name": s.name, "value": s.value, "source": s.source, "about": s.about} for s in shown
        ]
        print_json({"settings": rows})
        return
    for item in shown:
        typer.echo(f"{item.name} = {item.value}  (from: {item.source})")
        choices = f" One of: {', '.join(item.choices)}." if item.choices else ""
        typer.echo(f"    {item.about}{choices}")


# ------------------------------------------------------------------ the database


def upgrade() -> None:
    """Bring the database up to date.

    A backup is made beside it first. This also happens by itself when any command opens it.

    Example: crossroads db upgrade
    """
    from bot.commands.wiring import open_database
    from bot.config import read_settings

    async def run() -> Path | None:
        store = await open_database(read_settings())
        await store.close()
        return store.opening.backup

    backup = asyncio.run(run())
    if backup:
        typer.echo(f"The database was brought to the newest form; before, I saved {backup}.")
    else:
        typer.echo("The database has the newest form.")


def check() -> None:
    """Check that the database is sound.

    Its pages, its form, and that what is sealed opens. Exit code 1 if not.

    Example: crossroads db check
    """
    from bot.commands.doctor import database_findings, tell
    from bot.config import read_settings

    tell(asyncio.run(database_findings(read_settings())))


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file to write.")],
) -> None:
    """Copy the database into a new file.

    It may be in use; the copy stays sealed. Keep the key file as well (“crossroads keys show”
    tells where it is), but in another place.

    Example: crossroads db backup ~/crossroads-backup.db
    """
    from adapters.store.backup import back_up
    from bot.commands.wiring import key_home
    from bot.config import read_settings

    settings = read_settings()
    back_up(settings.database, file.expanduser())
    typer.echo(f"Copied to {file}. It stays sealed: keep the key as well, in another place.")
    typer.echo(f"The key: {key_home(settings).describe()[0]}")


# ------------------------------------------------------------------ the keys


def show_keys() -> None:
    """Show where the keys are, never a key.

    And their fingerprints, newest first.

    Example: crossroads keys show
    """
    from bot.commands.wiring import key_home
    from bot.config import read_settings

    where, fingerprints = key_home(read_settings()).describe()
    typer.echo(f"Kept in: {where}")
    if not fingerprints:
        typer.echo("There is no key yet; it is made when the first case is begun.")
    for place, fingerprint in enumerate(fingerprints):
        typer.echo(f"{fingerprint}  {'in use' if place == 0 else 'older'}")


def rotate() -> None:
    """Change to a new master key.

    Everybody's key is sealed under it, and the old one dropped. Copies of the old key file no
    longer open the database, but still open older backups of it.

    Example: crossroads keys rotate
    """
    from bot.commands.wiring import open_database
    from bot.config import read_settings

    async def run() -> str:
        store = await open_database(read_settings())
        try:
            return await store.rotate()
        finally:
            await store.close()

    typer.echo(f"Done. The key in use is now {asyncio.run(run())}.")


def doctor() -> None:
    """Look for trouble and name the remedy.

    Settings, folder, permissions, disk, keys, database, clock, flows; where Slack or Discord is set
    up, also what these say of it (only this uses the network). Exit code 1 if any.

    Example: crossroads doctor
    """
    from bot.commands.doctor import examine, tell

    tell(asyncio.run(examine()))
