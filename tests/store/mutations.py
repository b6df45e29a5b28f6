"""Damages bundles and stores at random, and sees whether it is found: a store once for every hundred bundles.

python -m tests.store.mutations 100000
"""

import random
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any

from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import KEPT, Entry, Log
from plainterms.engine.store.verifying import verify_store
from plainterms.engine.store.verifying_bundles import verify_bundle
from plainterms.engine.store.zips import BundleError, packed, unpacked

TABLES = tuple(str(table.__tablename__) for table in (*KEPT, Log, Entry))
TRUTHS = ("pseudonyms", "complete")

Statement = tuple[str, tuple[Any, ...]]


# ── Bundles


def flipped(data: bytes, place: int) -> bytes:
    """One bit flipped, another one at each place."""
    changed = bytearray(data)
    changed[place] ^= 1 << place % 8
    return bytes(changed)


def mutated(bundle: bytes, seed: int) -> bytes:
    """A bundle damaged: in its bytes, or in one of its files and packed again as if nothing were wrong."""
    dice = random.Random(seed)
    if seed % 2:
        return _mutated(bundle, dice)
    files = unpacked(bundle)
    name = dice.choice([name for name, content in files.items() if len(content) > 2])
    return packed({**files, name: _mutated(files[name], dice)})


def _mutated(data: bytes, dice: random.Random) -> bytes:
    """Bytes flipped, dropped, doubled, inserted or reversed: always other bytes."""
    while True:
        start, end = sorted(dice.sample(range(len(data) + 1), 2))
        part = data[start : min(end, start + dice.choice((1, 2, 16, 1_000)))]
        made = {
            "flip": bytes(one ^ (1 << dice.randrange(8)) for one in part),
            "drop": b"",
            "double": part + part,
            "insert": part + dice.randbytes(dice.randint(1, 8)),
            "reverse": part[::-1],
        }[dice.choice(("flip", "drop", "double", "insert", "reverse"))]
        if made != part:
            return data[:start] + made + data[start + len(part) :]


# ── Stores


def damage(file: Path, seed: int) -> str | None:
    """Change something in a store behind its back; what, or None where the database does not take it."""
    dice = random.Random(seed)
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    try:
        filled = [one for one in TABLES if connection.execute(f"SELECT 1 FROM {one}").fetchone()]
        table = dice.choice(filled)
        rows = [dict(one) for one in connection.execute(f"SELECT * FROM {table}")]
        what, statements = _damage(table, rows, dice)
        for statement, values in statements:
            connection.execute(statement, values)
        connection.commit()
    except sqlite3.IntegrityError:
        return None
    finally:
        connection.close()
    return what


def _damage(table: str, rows: list[dict[str, Any]], dice: random.Random) -> tuple[str, list[Statement]]:
    row = dice.choice(rows)
    key = "number" if table == "entries" else "organisation" if table in ("logs", "organisations") else "id"
    kind = dice.choice(("value", "value", "drop", "exchange", "insert"))
    if kind == "drop":
        return f"a row of {table} dropped", [(f"DELETE FROM {table} WHERE {key} = ?", (row[key],))]
    if kind == "insert" and key == "id":
        copy = {**row, "id": f"{row['id']}x"}
        marks = ", ".join("?" * len(copy))
        return f"a row of {table} inserted", [(f"INSERT INTO {table} VALUES ({marks})", tuple(copy.values()))]
    if kind == "exchange" and len(rows) > 1 and table != "logs":
        one, two = dice.sample(rows, 2)
        column = dice.choice([name for name in row if one[name] != two[name] and name != key] or [key])
        swap = f'UPDATE {table} SET "{column}" = ? WHERE {key} = ?'
        return f"{table}.{column} exchanged", [(swap, (two[column], one[key])), (swap, (one[column], two[key]))]
    column = dice.choice(sorted(row))
    new = 1 - row[column] if column in TRUTHS else _other(row[column], dice)
    return f"{table}.{column} changed", [(f'UPDATE {table} SET "{column}" = ? WHERE {key} = ?', (new, row[key]))]


def _other(value: Any, dice: random.Random) -> Any:
    match value:
        case None:
            return dice.choice((0, 5, ""))
        case int():
            return value ^ (1 << dice.randrange(40))
        case _:
            place = dice.randrange(len(value) + 1)
            return value[:place] + dice.choice("xyz€\x7f") + value[place:]


def is_found(folder: Path, copy: Path, seed: int) -> bool | None:
    """Whether damage to a copy of a store is found; None where there was none."""
    shutil.copy(folder / "cases.db", copy)
    what = damage(copy, seed)
    if what is None:
        return None
    with Store.open(str(copy), create=False) as store:
        try:
            return any(one.problems for one in verify_store(store))
        except StoreError:
            return True


def main(count: int) -> None:
    """Mutate a bundle as often as asked. Raises AssertionError for the first damage that is not found."""
    from tests.store.test_bundles import Case

    with tempfile.TemporaryDirectory() as folder:
        case = Case(Path(folder))
        whole = case.bundle()
        case.store.close()
        for seed in range(count):
            try:
                verify_bundle(mutated(whole, seed))
            except BundleError:
                continue
            raise AssertionError(f"mutation {seed} was not found")
        stores = [is_found(Path(folder), Path(folder) / "copy.db", seed) for seed in range(count // 100)]
        assert False not in stores, f"damage {stores.index(False)} to the store was not found"
    print(f"{count:,} mutations of a bundle and {stores.count(True):,} of a store, all found")


if __name__ == "__main__":
    main(int(sys.argv[1]))
