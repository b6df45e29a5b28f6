"""How templates become pages: everything escaped, nothing undefined, every control character spelled out."""

from collections.abc import Callable

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from plainterms.engine.report.visible import clipped, visible

CLIP = 200
"""Characters of an id or a value that are shown; the files have all of them."""


def environment(package: str, shown: Callable[[str], str]) -> Environment:
    """The templates of a package, each text that they put out passed through ``shown``; escaping follows."""
    made = Environment(
        loader=PackageLoader(package, "."),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"clip": lambda text: clipped(visible(text), CLIP), "count": lambda number: f"{number:,}"}
    return made
