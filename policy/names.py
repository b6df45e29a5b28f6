"""When two names are the same name: the singular and the plural of a word are."""

from difflib import get_close_matches
from functools import lru_cache

from plainterms.policy.schema import ENTITIES

_SINGULAR_IN_S = ("alias", "atlas", "bias", "canvas", "gas", "lens")


@lru_cache(maxsize=4096)
def stem(name: str) -> str:
    """What the singular and the plural of a name have in common; not a word to be shown.

    `request` and `requests`, `query` and `queries`, `process` and `processes`, `cache` and `caches` agree.
    """
    singular = name[:-1] if _is_plural(name) else name
    if singular.endswith("ie"):
        return singular[:-2] + "y"
    if singular.endswith(("se", "xe", "ze", "che", "she")):
        return singular[:-1]
    return singular


def _is_plural(name: str) -> bool:
    return name.endswith("s") and not name.endswith(("ss", "us", "is", *_SINGULAR_IN_S)) and len(name) > 2


def plural(name: str) -> str:
    """The regular English plural; of a plural, itself."""
    if _is_plural(name):
        return name
    if name.endswith(("s", "x", "z", "ch", "sh")):
        return name + "es"
    if name.endswith("y") and not name.endswith(("ay", "ey", "oy", "uy")):
        return name[:-1] + "ies"
    return name + "s"


def listed(words: list[str] | tuple[str, ...], conjunction: str = "and") -> str:
    """The words in backticks, as a sentence names them: `a`, `b` and `c`."""
    marked = [f"`{word}`" for word in words]
    if len(marked) < 2:
        return "".join(marked)
    return f"{', '.join(marked[:-1])} {conjunction} {marked[-1]}"


def nearest_entity(word: str) -> str:
    """A help line with the entity that was meant, or with all of them."""
    near = get_close_matches(word, ENTITIES, n=1, cutoff=0.8)
    return f"did you mean `{near[0]}`?" if near else f"the entities are {listed(ENTITIES)}"
