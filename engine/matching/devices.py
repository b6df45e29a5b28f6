"""The one module that imports torch and sentence-transformers: the devices of this machine, and models upon them."""

import os
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from plainterms.engine.matching.models import Model
from plainterms.engine.matching.products import Vectors
from plainterms.policy.errors import PlainTermsError

CPU_INFO = Path("/proc/cpuinfo")
FAST_HALVES = frozenset({"amx_bf16", "avx512_bf16"})
"""What Linux calls a processor's instructions that multiply in bf16."""


@dataclass(frozen=True)
class Device:
    """Where to compute (`cpu`, `cuda`), in which precision (`fp32`, `bf16`, `fp16`), and what it is called."""

    name: str
    precision: str
    title: str


class OutOfMemoryError(Exception):
    """The device has no room for so much at once."""


def torch() -> Any:
    """The module. Raises PlainTermsError where it is not installed."""
    try:
        import torch as module
    except ModuleNotFoundError as error:
        raise PlainTermsError(
            "comparing texts by meaning needs torch and sentence-transformers: "
            "run `pip install 'plainterms[embeddings]'`"
        ) from error
    return module


@contextmanager
def out_of_memory_told() -> Iterator[None]:
    """Raises OutOfMemoryError where torch has no memory on a device."""
    module = torch()
    try:
        yield
    except module.OutOfMemoryError as error:
        module.cuda.empty_cache()
        raise OutOfMemoryError(str(error)) from error


def best_device() -> Device:
    """The GPU if there is one, else the processor."""
    module = torch()
    if not module.cuda.is_available():
        return processor()
    half = "bf16" if module.cuda.is_bf16_supported() else "fp16"
    return Device("cuda", half, module.cuda.get_device_name())


def processor() -> Device:
    """This processor; in bf16 where it has instructions for it."""
    told = CPU_INFO.read_text() if CPU_INFO.exists() else ""
    flags = re.search(r"^flags\s*:(.*)$", told, re.MULTILINE)
    title = re.search(r"^model name\s*:\s*(.*)$", told, re.MULTILINE)
    fast = flags is not None and not FAST_HALVES.isdisjoint(flags[1].split())
    return Device("cpu", "bf16" if fast else "fp32", title[1] if title else "processor")


class Encoder:
    """A model of sentence-transformers on a device."""

    def __init__(self, model: Model, device: Device) -> None:
        """Raises ModelError's base, PlainTermsError, for files that are no such model."""
        torch()
        self.model, self.device = model, device
        self._loaded = _loaded(model, device)
        self.dimensions = int(self._loaded.get_embedding_dimension())
        self.tokens = int(self._loaded.max_seq_length or 512)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A vector of unit length for each text (n x dimensions), computed at once.

        Raises OutOfMemoryError where the device has no room for so many.
        """
        module, device = torch(), self.device
        half = {"bf16": module.bfloat16, "fp16": module.float16}.get(device.precision)
        lower = nullcontext() if half is None else module.autocast(device.name, dtype=half)
        with lower, out_of_memory_told():
            found = self._loaded.encode(list(texts), batch_size=len(texts), show_progress_bar=False)
        return _unit(np.asarray(found, np.float32))


def _loaded(model: Model, device: Device) -> Any:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of what the libraries import
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    logging.disable_progress_bar()  # a line of its own for each model that is loaded
    try:
        return SentenceTransformer(
            str(model.folder),
            device=device.name,
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, KeyError) as error:
        raise PlainTermsError(f"{model.name} cannot be loaded as a sentence-transformers model: {error}") from error


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
