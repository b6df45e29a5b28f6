"""The wheel works where other packages have modules called `policy`, `engine` and `rules`, and holds the demo."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOREIGN = ("policy", "engine", "rules", "examples")


def build(folder: Path) -> Path:
    source = folder / "source"
    source.mkdir()
    for name in ("policy", "engine", "rules", "plainterms", "examples", "pyproject.toml", "README.md", "LICENSE"):
        subprocess.run(["cp", "-r", str(ROOT / name), str(source)], check=True)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
    ]
    subprocess.run([*command, str(source)], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def clean_environment(folder: Path) -> Path:
    """A virtual environment with this one's dependencies, without Plainterms; the path of its packages."""
    venv.create(folder, with_pip=False, symlinks=True)
    packages = next((folder / "lib").glob("python*")) / "site-packages"
    for entry in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not entry.name.startswith(("__editable__", "plainterms", "__pycache__")):
            (packages / entry.name).symlink_to(entry)
    return packages


def test_the_wheel_runs_the_demo_beside_foreign_modules_of_the_same_names(tmp_path: Path) -> None:
    """And the library is in it: a document can be copied, checks where it lies, and its examples hold."""
    wheel = build(tmp_path)
    packages = clean_environment(tmp_path / "venv")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    for name in FOREIGN:
        (packages / f"{name}.py").write_text(f"raise ImportError('this is another {name}')\n")
    python = tmp_path / "venv" / "bin" / "python"
    done = subprocess.run(
        [python, "-m", "plainterms", "demo"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "harvest" in done.stdout
    assert str(packages) in done.stdout
    for command in ("rules list", "rules copy openrouter/terms-of-service terms", "check terms", "test terms"):
        done = subprocess.run(
            [python, "-m", "plainterms", *command.split()], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
