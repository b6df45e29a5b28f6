"""What users import is what is listed, and importing it is cheap."""

import subprocess
import sys

import plainterms


def test_every_listed_name_is_there_and_nothing_else_leaks() -> None:
    assert dir(plainterms) == sorted(plainterms.__all__)
    for name in plainterms.__all__:
        assert getattr(plainterms, name) is not None


def test_the_import_brings_nothing_heavy() -> None:
    heavy = "numpy pyarrow duckdb torch lark typer rich jinja2 pydantic sqlmodel cryptography"
    code = f"import sys, plainterms; print(sorted(set('{heavy}'.split()) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
