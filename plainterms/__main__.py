"""The entry of the command line: the engine's commands, and those of the library."""

from plainterms.engine.cli.app import app, main
from plainterms.rules.commands import rules

app.add_typer(rules)

if __name__ == "__main__":
    main()
