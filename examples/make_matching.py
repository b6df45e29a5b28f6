"""Writes the texts of `examples/matching/`: invented advice, some of it copied into a suspect's samples."""

# ruff: noqa: S311, SIM905

import json
import random
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent / "matching"
THINGS = (
    "heron trellis lantern sourdough gearbox violin kiln beehive rain-barrel telescope quilt compost ferry orchard"
    " loom espresso-machine canoe terrarium bookshelf windmill"
).split()
NOUNS = (
    "hinge lid rim spindle valve frame handle seam gasket bearing strap nozzle panel lever tray cord bracket pebble"
    " thimble ladder curtain needle hammer saddle pillow ribbon kettle bucket mirror button candle parcel barrel"
    " shutter anvil whistle basket gravel cotton marble feather vinegar charcoal pepper clover walnut granite velvet"
    " mustard bamboo copper linen amber resin chalk tallow slate cork felt birch juniper saffron turmeric hazel"
    " oyster pumice lacquer graphite beeswax"
).split()
KINDS = (
    "narrow hollow brittle damp crooked silent faded rusty polished woven frozen oily dusty steep shallow pale sturdy"
    " gentle bitter rough tidy clumsy ancient hidden swollen scorched tilted muddy bright blunt loose heavy salty"
    " wrinkled smooth cracked spare striped borrowed foreign humble idle jagged keen lazy mellow noisy odd plump"
    " quaint rigid stale timid uneven vivid worn yellow zigzag"
).split()
DEEDS = (
    "rinse sand tighten replace measure mark loosen scrub align warm cool soak brush clamp seal label rotate inspect"
    " fold press stretch bury lift hang split grind polish carve thread weigh stir drain bleach twist lower stack"
    " varnish sharpen bundle trim flatten pierce balance wedge nail glue weave shake dust tap"
).split()
MANNERS = (
    "gently twice overnight sideways upwards slowly daily outdoors firmly evenly barefoot briefly backwards quietly"
    " indoors seldom boldly later loosely sparingly thrice upright diagonally yearly blindly"
).split()
SHAPES = (
    "{deed} {kind} {noun} {manner}, {deed2} {noun2} with {kind2} {noun3}",
    "under {kind} {noun} {manner} {deed} {noun2}, {noun3} or {kind2} {noun4}",
    "should {noun} turn {kind}, {deed} {noun2} and {manner} {deed2} {kind2} {noun3}",
    "{kind} {noun} goes beside {kind2} {noun2}: {deed} both {manner}, never {noun3}",
    "{manner} {deed} what {noun} left on {kind} {noun2}, {deed2} {noun3}",
)


def advice(chance: random.Random, thing: str) -> str:
    """Eight sentences that nobody else would write."""
    said = []
    for _ in range(8):
        noun, kind, deed = chance.sample(NOUNS, 4), chance.sample(KINDS, 2), chance.sample(DEEDS, 2)
        words = {"noun": noun[0], "noun2": noun[1], "noun3": noun[2], "noun4": noun[3], "kind": kind[0]}
        words |= {"kind2": kind[1], "deed": deed[0], "deed2": deed[1], "manner": chance.choice(MANNERS)}
        sentence = chance.choice(SHAPES).format(**words)
        said.append(sentence[0].upper() + sentence[1:] + ".")
    return f"For a {thing}: " + " ".join(said)


def changed(text: str, chance: random.Random, way: int) -> str:
    """One of four ways in which copies are changed."""
    match way % 4:
        case 0:
            return "Sure! " + text
        case 1:
            return " ".join(word for word in text.split() if chance.random() > 0.15)
        case 2:
            return "\n".join(f"- **{part.strip()}.**" for part in text.split(".") if part.strip())
        case _:
            return " ".join(text.split()[: len(text.split()) * 2 // 3])


def write(name: str, rows: Iterable[dict[str, str]]) -> None:
    """Write one file."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (FOLDER / name).write_text(text, encoding="utf-8")


def main() -> None:
    """Write all files."""
    chance = random.Random(20260301)
    FOLDER.mkdir(exist_ok=True)
    asked = [f"How do I look after a {thing}?" for thing in THINGS]
    outputs = [
        {
            "id": f"req-{number:03}",
            "time": f"2026-03-{1 + number % 28:02}T09:00:00Z",
            "account": "acct-9" if number < 16 else f"acct-{number % 5}",
            "prompt": asked[number % 20],
            "output": advice(chance, THINGS[number % 20]),
        }
        for number in range(60)
    ]
    outputs[40]["output"] = "I'm sorry, but I can't help with taking a beehive that belongs to somebody else."
    samples = [
        {"id": f"s-{number:03}", "prompt": row["prompt"], "text": changed(row["output"], chance, number)}
        for number, row in enumerate(outputs[:12])
    ]
    public = [{"id": "almanac-1962", "text": outputs[20]["output"]}]
    samples.append({"id": "s-012", "prompt": outputs[20]["prompt"], "text": outputs[20]["output"]})
    samples += [
        {"id": f"s-{13 + number:03}", "prompt": asked[number % 20], "text": advice(chance, THINGS[number % 20])}
        for number in range(27)
    ]
    samples[30]["text"] += " Ask for kestrel-7QX2M9ZPL4WD if in doubt."
    control = [
        {"id": f"c-{number:03}", "prompt": asked[number % 20], "text": advice(chance, THINGS[number % 20])}
        for number in range(130)
    ]
    canaries = [
        {"text": "kestrel-7QX2M9ZPL4WD", "account": "acct-9"},
        {"text": "plover-R3T8KQ1VNB6C", "account": "acct-2"},
    ]
    for name, rows in (
        ("outputs.jsonl", outputs),
        ("suspect.jsonl", samples),
        ("control.jsonl", control),
        ("public.jsonl", public),
        ("canaries.jsonl", canaries),
    ):
        write(name, rows)


if __name__ == "__main__":
    main()
