"""`docs/rules.md` runs: its files are written, its commands give the output that it shows, its Python runs."""

import os
from pathlib import Path

from plainterms.engine.cli.app import Exit
from tests.pages import ROOT, blocks, run, run_python, sessions

PAGE = "docs/rules.md"


def test_the_page(tmp_path: Path) -> None:
    for language, file, body in blocks(PAGE):
        if file is not None:
            (tmp_path / file).write_text(body, "utf-8")
        if language == "python":
            run_python(body, tmp_path)
        elif language == "console":
            shown = "".join(f"$ {command}\n{seen(command, tmp_path)}" for command, _ in sessions(body))
            if os.environ.get("REWRITE"):
                text = (ROOT / PAGE).read_text("utf-8")
                (ROOT / PAGE).write_text(text.replace(f"```console\n{body}```", f"```console\n{shown}```"), "utf-8")
            else:
                assert shown == body


def seen(command: str, folder: Path) -> str:
    done = run(command, folder, columns=160)
    assert done.returncode in (Exit.CLEAN, Exit.FINDINGS), done.stderr
    return "\n".join(line.rstrip() for line in (done.stdout + done.stderr).splitlines()) + "\n" * bool(done.stdout)
