"""Type-check the package under the name it installs as: mypy does not follow the mapping of folders to packages."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINKS = ROOT / "build" / "types" / "plainterms"


def lay_links() -> None:
    """`build/types/plainterms/` with the face's files and a link for each of the three parts."""
    LINKS.mkdir(parents=True, exist_ok=True)
    wanted = {name: ROOT / name for name in ("policy", "rules", "engine")}
    wanted |= {path.name: path for path in (ROOT / "plainterms").iterdir() if path.suffix in (".py", ".typed")}
    for name, target in wanted.items():
        link = LINKS / name
        if link.is_symlink():
            link.unlink()
        link.symlink_to(target)


if __name__ == "__main__":
    lay_links()
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "-p", "plainterms"]
    sys.exit(subprocess.call(command, cwd=ROOT, env={**os.environ, "MYPYPATH": str(LINKS.parent)}))
