"""The settings in force, and where each comes from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.config import Settings, variable

Source = Literal["environment", ".env", "default"]

HIDDEN = "set (hidden)"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as shown: its variable, its value (a secret never), its source, its meaning."""

    name: str
    value: str
    source: Source
    about: str
    choices: tuple[str, ...] = ()


def effective(settings: Settings) -> list[Setting]:
    """List every setting with its value and source."""
    written = _dotenv()
    environment = {name.upper() for name, value in os.environ.items() if value}
    shown = []
    for field, info in Settings.model_fields.items():
        name = variable(field)
        names = {name, f"CROSSROADS_{field}".upper()}
        source: Source = "default"
        if names & environment:
            source = "environment"
        elif names & written:
            source = ".env"
        value = _shown(getattr(settings, field))
        shown.append(Setting(name, value, source, info.description or "", _choices(info)))
    return shown


def _dotenv() -> set[str]:
    from dotenv import dotenv_values

    file = Settings.model_config.get("env_file")
    values: Mapping[str, str | None] = dotenv_values(str(file), encoding="utf-8") if file else {}
    return {name.upper() for name, value in values.items() if value}


def _shown(value: object) -> str:
    if value is None:
        return "not set"
    return HIDDEN if isinstance(value, SecretStr) else str(value)


def _choices(info: FieldInfo) -> tuple[str, ...]:
    values = get_args(info.annotation)
    return tuple(value for value in values if isinstance(value, str))


def example() -> str:
    """Make the text of ``.env.example``: every setting with its meaning and default, all unset."""
    lines = [
        "# Settings of Crossroads. Copy this file to .env and take the # away where you want",
        "# another value; a variable in the environment wins over this file.",
    ]
    for field, info in Settings.model_fields.items():
        about = info.description or ""
        choices = _choices(info)
        lines += ["", f"# {about}", *([f"# One of: {', '.join(choices)}."] if choices else [])]
        lines.append(f"#{variable(field)}={_example_value(info)}")
    return "\n".join(lines) + "\n"


def _example_value(info: FieldInfo) -> str:
    """Give the default, as far as it is the same on every machine."""
    default = info.default if info.default_factory is None else None
    return str(default) if isinstance(default, str | int) else ""
