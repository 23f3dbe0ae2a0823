"""deploy/: what can be checked of image, compose file and unit without an engine or a machine."""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from adapters.http.server import Server
from bot.config import Settings, variable

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
KNOWN = {variable(field) for field in Settings.model_fields}
OF_PYTHON = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


@dataclass(frozen=True)
class Instruction:
    word: str
    rest: str


def instructions() -> list[Instruction]:
    """Read the Dockerfile: comments dropped, continued lines joined."""
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    joined = re.sub(r"\s*\\\n\s*", " ", text)
    parts = [line.split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    return [Instruction(word, rest) for word, rest in parts]


def said(word: str) -> list[str]:
    return [each.rest for each in instructions() if each.word == word]


def image_environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for rest in said("ENV") for pair in shlex.split(rest))


def health_check() -> list[str]:
    """The command of the health check."""
    (rest,) = said("HEALTHCHECK")
    command = json.loads(rest[rest.index("[") :])
    assert isinstance(command, list)
    return command


# ------------------------------------------------------------------ the image


def test_the_image_does_not_run_as_root() -> None:
    uid, _, gid = said("USER")[-1].partition(":")
    assert int(uid) > 0
    assert int(gid) > 0
    last = max(i for i, each in enumerate(instructions()) if each.word == "USER")
    assert not {each.word for each in instructions()[last:]} & {"RUN", "COPY", "ADD"}


def test_the_image_stands_on_pinned_slim_bases() -> None:
    bases = {rest.split()[0] for rest in said("FROM")}
    assert len(bases) == 1, "both stages need the same Python, or the environment does not run"
    assert all(re.fullmatch(r"python:3\.\d+-slim-\w+", base) for base in bases)


def test_the_image_installs_what_is_locked_by_hash() -> None:
    installs = [rest for rest in said("RUN") if re.search(r"\binstall --no-cache-dir", rest)]
    assert len(installs) == 2
    assert "--require-hashes --requirement requirements/run.txt" in installs[0]
    assert "--only-binary :all:" in installs[0]
    assert "--no-index --no-deps" in installs[1]


def test_the_image_drops_what_only_the_build_needs() -> None:
    (dropped,) = (
        re.findall(r"uninstall --yes ([\w -]+)", rest)[0].split()
        for rest in said("RUN")
        if "uninstall" in rest
    )
    lock = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    for name in dropped:
        (entry,) = re.findall(rf"^{name}==.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
        users = set(re.findall(r"#(?: via|  ) ([a-z][\w.-]*)$", entry, re.MULTILINE))
        assert users <= {"hatchling"}, f"{name} is needed by {users}"


def test_everything_that_is_copied_is_let_through_and_nothing_else() -> None:
    ignore = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in ignore if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_through = {line[1:] for line in rules if line.startswith("!")}
    copied = [shlex.split(rest)[:-1] for rest in said("COPY") if not rest.startswith("--from")]
    sources = {source for each in copied for source in each}
    assert sources == let_through
    assert all((ROOT / source).exists() for source in sources)


def test_every_variable_of_the_image_is_a_setting() -> None:
    assert image_environment().keys() <= KNOWN | OF_PYTHON
    assert image_environment()["CROSSROADS_HOME"] in said("VOLUME")


def test_the_image_runs_the_command_and_opens_its_port() -> None:
    assert [json.loads(rest) for rest in said("CMD")] == [["crossroads", "run"]]
    assert said("EXPOSE") == [str(Settings.model_fields["http_port"].default)]


@contextmanager
def answering(status: int) -> Iterator[tuple[int, list[str]]]:
    """Serve this status to everything on a port of its own; collects the paths asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1], asked
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_asks_the_server_and_believes_it(status: int, code: int) -> None:
    command = [sys.executable, *health_check()[1:]]
    with answering(status) as (port, asked):
        proxied = {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
        env = {**os.environ, **proxied, "CROSSROADS_HTTP_PORT": str(port)}
        ran = subprocess.run(command, env=env, capture_output=True, check=False, timeout=30)
    assert ran.returncode == code, ran.stderr
    assert asked == ["/healthz"]


async def test_the_health_check_is_content_with_our_own_server() -> None:
    server = Server("127.0.0.1", 0, {})
    await server.start()
    try:
        env = {**os.environ, "CROSSROADS_HTTP_PORT": str(server.address[1])}
        asks = await asyncio.create_subprocess_exec(sys.executable, *health_check()[1:], env=env)
        assert await asyncio.wait_for(asks.wait(), 30) == 0
    finally:
        await server.stop()


# ------------------------------------------------------------------ the compose file


def test_the_container_is_locked_down() -> None:
    (service,) = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"].values()
    assert service["read_only"] is True
    assert service["user"] == said("USER")[-1]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert "privileged" not in service
    assert "healthcheck" not in service, "the image's own is used"
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert all(where.startswith("/tmp:") for where in service["tmpfs"])  # noqa: S108


def test_the_container_keeps_its_data_on_a_named_volume() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    (service,) = compose["services"].values()
    (mount,) = service["volumes"]
    name, _, path = mount.partition(":")
    assert name in compose["volumes"]
    assert path == service["environment"]["CROSSROADS_HOME"]
    assert service["environment"].keys() <= KNOWN
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


# ------------------------------------------------------------------ the systemd unit


def unit() -> list[tuple[str, str]]:
    """Every name and value of the unit, in order; a name may stand there twice."""
    lines = (DEPLOY / "crossroads.service").read_text("utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and line[0] not in "#["]
    return [(name, value) for name, _, value in pairs]


@pytest.mark.parametrize(
    "line",
    [
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateDevices=yes",
        "CapabilityBoundingSet=",
        "MemoryDenyWriteExecute=yes",
        "SystemCallFilter=@system-service",
        "SystemCallArchitectures=native",
        "RestrictNamespaces=yes",
        "UMask=0077",
        "Restart=on-failure",
        "User=crossroads",
    ],
)
def test_the_unit_is_hardened(line: str) -> None:
    name, _, value = line.partition("=")
    assert (name, value) in unit()


def test_the_units_variables_are_settings_and_its_home_is_its_state() -> None:
    settings = dict(unit())
    pairs = dict(pair.split("=", 1) for pair in shlex.split(settings["Environment"]))
    assert pairs.keys() <= KNOWN | OF_PYTHON
    assert pairs["CROSSROADS_HOME"] == f"/var/lib/{settings['StateDirectory']}"


def linter(name: str) -> str:
    """Find a program beside this Python or on the path; CI must have it."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which(name, path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    if not found and os.environ.get("CI"):
        pytest.fail(f"{name} must be there in continuous integration")
    if not found:
        pytest.skip(f"{name} is not installed here")
    return found


def test_hadolint_has_nothing_to_say() -> None:
    ran = subprocess.run(
        [linter("hadolint"), DEPLOY / "Dockerfile"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stdout


def test_systemd_understands_the_unit_and_finds_it_well_protected(tmp_path: Path) -> None:
    program = linter("systemd-analyze")
    # “verify” wants the program to be there; nothing is started.
    text = (DEPLOY / "crossroads.service").read_text("utf-8")
    file = tmp_path / "crossroads.service"
    file.write_text(text.replace("/opt/crossroads/bin/crossroads", sys.executable), "utf-8")
    for words in (
        ["verify", "--man=no"],
        ["security", "--offline=true", "--threshold=20", "--no-pager"],
    ):
        ran = subprocess.run(
            [program, *words, str(file)], capture_output=True, text=True, check=False, timeout=60
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr


# ------------------------------------------------------------------ the image's steps


@pytest.mark.chaos
def test_the_images_steps_lead_to_a_program_that_runs(tmp_path: Path) -> None:
    """Do what the Dockerfile says, in a folder instead of an image; needs pip and its index."""
    Image(tmp_path).build()
    home = tmp_path / "data"
    env = {
        "PATH": f"{tmp_path}/opt/crossroads/bin:{os.environ['PATH']}",
        **{name: value for name, value in image_environment().items() if name != "PATH"},
        "CROSSROADS_HOME": str(home),
    }

    def run(*words: str) -> str:
        ran = subprocess.run(
            words, env=env, cwd=home, capture_output=True, text=True, check=False, timeout=120
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    assert (
        shutil.which("crossroads", path=env["PATH"]) == f"{tmp_path}/opt/crossroads/bin/crossroads"
    )
    assert "crossroads" in run("crossroads", "--version")
    assert "troubled_client" in run("crossroads", "flows", "list")
    assert "Saved." in run("crossroads", "chat", "--fast", "--plain")
    assert "is sound: 1 person, 1 case" in run("crossroads", "doctor")
    assert "--port" in run("crossroads", "run", "--help")
    python = f"{tmp_path}/opt/crossroads/bin/python"
    here = run(python, "-c", "import slack_bolt, aiohttp, bot.main; print(bot.main.__file__)")
    assert here.startswith(f"{tmp_path}/opt/crossroads/lib/")
    for gone in ("pip", "hatchling"):
        check = f"import importlib.util as u; raise SystemExit(u.find_spec({gone!r}) is not None)"
        run(python, "-c", check)


class Image:
    """The Dockerfile carried out below a folder: its paths are moved there."""

    def __init__(self, at: Path) -> None:
        self._at = at
        self._cwd = at

    def build(self) -> None:
        (self._at / "data").mkdir(mode=0o700)
        for step in instructions():
            match step.word:
                case "WORKDIR":
                    self._cwd = Path(self._moved(step.rest))
                    self._cwd.mkdir(exist_ok=True)
                case "COPY" if not step.rest.startswith("--from"):
                    self._copy(shlex.split(step.rest))
                case "RUN" if not re.search("useradd|apt-get", step.rest):
                    self._run(self._moved(step.rest))

    def _moved(self, text: str) -> str:
        return re.sub(r"(?<![\w.])/(opt/crossroads|src|data)\b", rf"{self._at}/\1", text)

    def _copy(self, words: list[str]) -> None:
        *sources, target = words
        for source in sources:
            to = self._cwd / (source if target == "./" else target)
            to.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, to)

    def _run(self, script: str) -> None:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        ran = subprocess.run(
            ["sh", "-ec", script],
            cwd=self._cwd,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert ran.returncode == 0, f"{script}\n{ran.stdout}\n{ran.stderr}"
