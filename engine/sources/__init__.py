"""Turns real logs into one canonical table, and accounts for every record of them."""

from plainterms.engine.sources.detect import FORMATS
from plainterms.engine.sources.errors import SourceError
from plainterms.engine.sources.quarantine import Entry, Place, Quarantine
from plainterms.engine.sources.reading import read
from plainterms.engine.sources.tally import Counts, SourceFile, Tally

__all__ = ["FORMATS", "Counts", "Entry", "Place", "Quarantine", "SourceError", "SourceFile", "Tally", "read"]
