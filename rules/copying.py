"""A document of the library with all files that it names, laid side by side so that it checks where it lies."""

from collections.abc import Mapping
from pathlib import Path

from plainterms.policy import syntax
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.parse import parse
from plainterms.rules.catalogue import FOLDER, path_of


def copied(name: str) -> Mapping[str, str]:
    """Texts by the names under which they lie together, the document itself first.

    A file in a folder of the library is renamed after it: `openai/services-agreement.2026-01-01.terms` becomes
    `openai-services-agreement.2026-01-01.terms`. Raises PlainTermsError where there is no such document.
    """
    texts: dict[str, str] = {}
    waiting = [path_of(name)]
    while waiting:
        path = waiting.pop(0)
        if _flat(path) in texts:
            continue
        text = path.read_text("utf-8")
        named = _files_named(text, path) if path.suffix == ".terms" else []
        files = [(path.parent / quoted.value).resolve() for quoted in named]
        for quoted, file in reversed(list(zip(named, files, strict=True))):
            text = f'{text[: quoted.span.start]}"{_flat(file)}"{text[quoted.span.end :]}'
        waiting += files
        texts[_flat(path)] = text
    return texts


def copy(name: str, folder: Path, *, force: bool = False) -> list[Path]:
    """Write a document and what it uses into a folder, and return the files, the document first.

    Raises PlainTermsError where a file of another text is there, unless ``force``; nothing is written then.
    """
    texts = copied(name)
    changed = [file for file, text in texts.items() if _differs(folder / file, text)]
    if changed and not force:
        raise PlainTermsError(f"{folder / changed[0]} is there and differs; choose another folder, or give --force")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            (folder / file).write_text(text, "utf-8")
    except OSError as error:
        raise PlainTermsError(f"{folder} cannot be written: {error.strerror}") from error
    return [folder / file for file in texts]


def _files_named(text: str, path: Path) -> list[syntax.Text]:
    """The names of other files in a document, in the order of its text."""
    bringing = (syntax.Use, syntax.Incorporates, syntax.ListFromFile)
    return [item.file for item in parse(text, str(path)).items if isinstance(item, bringing)]


def _flat(path: Path) -> str:
    return "-".join(path.relative_to(FOLDER).parts)


def _differs(path: Path, text: str) -> bool:
    try:
        return path.exists() and path.read_text("utf-8") != text
    except (OSError, UnicodeDecodeError):
        return True
