"""What is installed: the locks, the wheel, the layers, and what the terminal leaves alone."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
RUN_LOCK = ROOT / "requirements" / "run.txt"
DEV_LOCK = ROOT / "requirements" / "dev.txt"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES = ("bot", "adapters", "flows")
EXTRAS = ("slack", "discord", "pictures", "documents")
FOR_EXTRAS = {
    "slack_bolt",
    "slack_sdk",
    "discord",
    "aiohttp",
    "matplotlib",
    "docx",
    "fpdf",
    "uharfbuzz",
}

# Runs the command named in its arguments, then tells what it has imported that only extras bring.
COMMAND = f"""
import sys
sys.path.insert(0, sys.argv.pop(1))
sys.argv[0] = "crossroads"
import bot.main
print("from", bot.main.__file__, file=sys.stderr)
try:
    sys.exit(bot.main.main())
finally:
    print("imported", sorted(set(sys.modules) & {FOR_EXTRAS!r}), file=sys.stderr)
"""


def crossroads(at: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command from the sources in ``at``, in a process of its own, without any input."""
    return subprocess.run(
        [sys.executable, "-c", COMMAND, str(at), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=os.environ["CROSSROADS_HOME"],
    )


@pytest.fixture(autouse=True)
def _home_exists(_home_of_its_own: None) -> None:
    Path(os.environ["CROSSROADS_HOME"]).mkdir()


def locked(lock: Path) -> dict[str, str]:
    """Every package of a lock file with its one version."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", lock.read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


def declared(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for at run time, with the extras named."""
    project = PYPROJECT["project"]
    optional = project["optional-dependencies"]
    lines = project["dependencies"] + [line for extra in extras for line in optional[extra]]
    return [Requirement(line) for line in lines]


def grouped(group: str) -> Iterator[Requirement]:
    """What a dependency group asks for, the groups it includes among it."""
    for item in PYPROJECT["dependency-groups"][group]:
        if isinstance(item, str):
            yield Requirement(item)
        else:
            yield from grouped(item["include-group"])


def modules(package: str) -> Iterator[Path]:
    yield from (ROOT / package).rglob("*.py")


@pytest.mark.parametrize("lock", [RUN_LOCK, DEV_LOCK], ids=lambda lock: lock.name)
def test_a_lock_names_no_registry(lock: Path) -> None:
    traces = re.findall(
        r"://|file:|--(?:extra-)?index-url|--find-links|--trusted-host|^-[if] | @ ",
        lock.read_text("utf-8"),
        re.MULTILINE,
    )
    assert traces == []


@pytest.mark.parametrize("lock", [RUN_LOCK, DEV_LOCK], ids=lambda lock: lock.name)
def test_every_line_of_a_lock_is_pinned_and_hashed(lock: Path) -> None:
    code = re.sub(r"^\s*#.*$", "", lock.read_text("utf-8"), flags=re.MULTILINE)
    entries = [line for line in code.replace("\\\n", " ").splitlines() if line.strip()]
    loose = [line for line in entries if not re.match(r"^\S+==\S+ .*--hash=sha256:\w{64}", line)]
    assert loose == []
    assert len(entries) == len(locked(lock))


def test_every_runtime_dependency_is_locked_within_its_bounds() -> None:
    pins = locked(RUN_LOCK)
    wanted = [*declared(), *grouped("build")]
    assert [
        str(one) for one in wanted if pins[canonicalize_name(one.name)] not in one.specifier
    ] == []


def test_every_dependency_is_in_the_dev_lock_within_its_bounds() -> None:
    pins = locked(DEV_LOCK)
    wanted = [*declared(*EXTRAS), *grouped("dev")]
    assert [
        str(one) for one in wanted if pins[canonicalize_name(one.name)] not in one.specifier
    ] == []


def test_the_dev_lock_holds_the_run_lock_in_the_same_versions() -> None:
    assert locked(RUN_LOCK).items() <= locked(DEV_LOCK).items()


def test_the_run_lock_brings_what_serving_slack_and_discord_needs_and_nothing_of_tests() -> None:
    wanted = {"slack-bolt", "slack-sdk", "aiohttp", "discord-py", "matplotlib"}
    assert wanted <= set(locked(RUN_LOCK))
    assert {"pytest", "simcord", "mypy"}.isdisjoint(locked(RUN_LOCK))


def test_the_build_backend_is_asked_for_alike_by_the_build_and_by_the_lock() -> None:
    assert PYPROJECT["build-system"]["requires"] == PYPROJECT["dependency-groups"]["build"]


def test_every_import_is_of_a_declared_dependency() -> None:
    known = {canonicalize_name(one.name) for one in declared(*EXTRAS)}
    providers = importlib.metadata.packages_distributions()
    undeclared = {
        f"{path.relative_to(ROOT)} imports {name}"
        for package in PACKAGES
        for path in modules(package)
        for name in imported(path) - set(sys.stdlib_module_names) - set(PACKAGES)
        if known.isdisjoint(canonicalize_name(provider) for provider in providers.get(name, []))
    }
    assert undeclared == set()


def imported(path: Path) -> set[str]:
    """The top-level names a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_every_module_stands_in_a_layer() -> None:
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    named = set(re.findall(r"[\w.]+", " ".join(layers)))
    found = {
        f"{package}.{path.stem}"
        for package in ("bot", "adapters")
        for path in (ROOT / package).iterdir()
        if path.suffix == ".py" or any(path.glob("*.py"))
    }
    assert found - {"bot.__init__", "adapters.__init__"} <= named


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked wheel, built by the locked backend: no network, nothing written in the tree."""
    at = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(at)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
    )
    (built,) = at.glob("*.whl")
    unpacked = at / "unpacked"
    with zipfile.ZipFile(built) as archive:
        archive.extractall(unpacked)
    return unpacked


def files(at: Path) -> set[str]:
    """Every file of the packages below ``at``, but for compiled ones."""
    return {
        path.relative_to(at).as_posix()
        for package in PACKAGES
        for path in (at / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_the_wheel_ships_every_module_and_every_file_of_the_flows(wheel: Path) -> None:
    assert files(wheel) == files(ROOT)
    assert any(name.endswith("flow.yaml") for name in files(wheel))


def test_the_wheel_holds_nothing_but_the_packages(wheel: Path) -> None:
    tops = {path.name for path in wheel.iterdir() if not path.name.endswith(".dist-info")}
    assert tops == set(PACKAGES)


def test_the_wheel_gives_the_command(wheel: Path) -> None:
    (entry_points,) = wheel.glob("*.dist-info/entry_points.txt")
    assert "crossroads = bot.main:main" in entry_points.read_text("utf-8")


def test_the_wheel_finds_its_flows_wherever_it_is_installed(wheel: Path) -> None:
    run = crossroads(wheel, "flows", "list")
    assert run.returncode == 0, run.stderr
    assert f"from {wheel}" in run.stderr
    flows = {path.parent.name for path in (ROOT / "flows").glob("*/flow.yaml")}
    assert flows
    assert all(flow in run.stdout for flow in flows)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["chat", "--plain"], ["chat", "--jsonl"]], ids=" ".join
)
def test_the_terminal_imports_nothing_that_only_extras_bring(arguments: list[str]) -> None:
    run = crossroads(ROOT, *arguments)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()
    assert "imported []" in run.stderr


def test_continuous_integration_can_run_its_script() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
