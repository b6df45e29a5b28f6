"""The anchors that no measure has ruled out yet."""

from dataclasses import dataclass, field

import numpy as np

from plainterms.engine.columnar import windows
from plainterms.engine.columnar.amounts import Values
from plainterms.engine.columnar.arrays import Bools, Ints, Places, picked
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.sheet import Sheet
from plainterms.engine.columnar.spans import Spans
from plainterms.policy.meaning import Window

WORTHWHILE = 0.7
"""A sheet is made anew when no more than this part of it is still needed."""


@dataclass
class Standing:
    """Anchors as rows of a sheet, with what was read so far."""

    case: Case
    sheet: Sheet
    rows: Ints
    sure: Bools
    values: dict[int, Values] = field(default_factory=dict)
    begins: dict[Window | None, Ints] = field(default_factory=dict)

    @property
    def at(self) -> Places:
        """The anchors' positions."""
        return self.sheet.at.take(self.rows)

    def windows(self, window: Window | None) -> Spans:
        """The windows that end with the anchors, begun once for all measures that share them."""

        def begin() -> Ints:
            if window not in self.begins:
                self.begins[window] = windows.begins(window, self.sheet, self.rows, self.case.clock)
            return self.begins[window]

        return Spans(window, begin, self.rows + 1, windows.late(window, self.sheet, self.case.clock))

    def keep(self, still: Bools) -> None:
        """Rule the others out."""
        if still.all():
            return
        self.rows, self.sure = picked(self.rows, still), picked(self.sure, still)
        self.values = {index: values.take(still) for index, values in self.values.items()}
        self.begins = {window: picked(begin, still) for window, begin in self.begins.items()}

    def narrow(self) -> None:
        """Leave runs without anchors aside."""
        wanted = np.zeros(len(self.sheet.starts), dtype=bool)
        wanted[self.sheet.index.take(self.rows)] = True
        kept = wanted.take(self.sheet.index)
        if np.count_nonzero(kept) > WORTHWHILE * len(self.sheet):
            return
        place = np.cumsum(kept) - 1
        self.rows = place.take(self.rows)
        self.begins = {window: place.take(begin) for window, begin in self.begins.items()}
        self.sheet = self.sheet.only(kept)
