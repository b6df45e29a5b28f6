"""`docs/matching.md` runs: its terms are written, its commands give the output it shows."""

from pathlib import Path

from tests.test_readme import BLOCK, ROOT, run, sessions


def test_the_page(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    ran = 0
    for language, info, body in BLOCK.findall((ROOT / "docs" / "matching.md").read_text()):
        if language == "terms":
            (tmp_path / info.split("file=")[1].strip()).write_text(body)
        if language == "console":
            for command, expected in sessions(body):
                ran += 1
                seen = run(command, tmp_path)
                shown = "\n".join(line.rstrip() for line in seen.stdout.splitlines())
                assert shown.strip() == expected.strip(), seen.stderr
    assert ran == 2


def test_every_option_stands_on_the_page() -> None:
    page = (ROOT / "docs" / "matching.md").read_text()
    options = (
        "outputs",
        "samples",
        "control",
        "public",
        "canaries",
        "allowing-chance-of-1-in",
        "model",
        "nominate-above",
        "out",
        "format",
        "seed",
    )
    shown = run("plainterms match --help", ROOT).stdout
    for option in (*options, "seed", "allow-quarantine"):
        assert f"--{option}" in shown
        assert f"`--{option}" in page
