"""Settings: from the environment, an ``.env`` file and defaults; built once, passed on."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SetupError


class Settings(BaseSettings):
    """What can be set, each as ``CROSSROADS_…`` in the environment or in ``.env``."""

    model_config = SettingsConfigDict(
        env_prefix="CROSSROADS_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
    )

    home: Path = Field(
        default_factory=lambda: user_data_path("crossroads"),
        description="Folder of the database, its key and everything else that is stored.",
    )
    key: SecretStr | None = Field(
        default=None,
        description="Master key as base64 of 32 bytes, instead of the key file in the home folder.",
    )
    flow: str = Field(
        default="troubled_client", description="The dialogue that “crossroads chat” begins."
    )
    flows: Path | None = Field(
        default=None,
        description="Folder with flows of your own, one folder each; they go before those shipped.",
    )
    synchronous: Literal["FULL", "NORMAL"] = Field(
        default="FULL",
        description="FULL: an acknowledged answer survives a power cut. NORMAL: a crash only.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="WARNING", description="How much is logged; never what a person said."
    )

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "crossroads.db"


def read_settings() -> Settings:
    """Read the settings; raises ``SetupError`` that names the bad one."""
    try:
        return Settings()
    except ValidationError as error:
        problem = error.errors()[0]
        name = "CROSSROADS_" + "_".join(str(part) for part in problem["loc"]).upper()
        raise SetupError(
            f"The setting {name} is not as it must be: {problem['msg']}.",
            "“crossroads settings --help” and .env.example list what each may be.",
        ) from None
