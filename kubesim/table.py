"""A table of the state: columns written in place, rows that never move."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np


class Table:
    """Columns of equal shape (replicates, rows)."""

    start: int
    length: int

    def __init__(self, replicates: int, length: int, start: int = 0,
                 columns: Mapping[str, np.ndarray] | None = None) -> None:
        types = self.column_types()
        made = columns or {name: np.zeros((replicates, length), kind)
                           for name, kind in types.items()}
        for name, array in {"start": start, "length": length, "extras": {}, **made}.items():
            object.__setattr__(self, name, array)

    @classmethod
    def column_types(cls) -> dict[str, type]:
        """Column names and their types, in order."""
        return {name: {"float": float, "bool": bool, "int": np.int32}[kind]
                for name, kind in cls.__annotations__.items()}

    def columns(self) -> dict[str, np.ndarray]:
        """All columns by name, the extensions' own included."""
        return {name: getattr(self, name) for name in self.column_types()} | self.extras

    def extra(self, name: str, kind: type = float) -> np.ndarray:
        """An extension's own column, made with zeros at its first use."""
        if name not in self.extras:
            shape = getattr(self, next(iter(self.column_types()))).shape
            self.extras[name] = np.zeros(shape, kind)
        return self.extras[name]

    def rows(self, start: int, stop: int) -> "Table":
        """A view of rows start to stop; what is written there is written here."""
        views = {name: getattr(self, name)[:, start:stop] for name in self.column_types()}
        return type(self)(0, stop - start, self.start + start, views)

    def lengthened(self, count: int) -> "Table":
        """A copy with so many more rows, whose columns hold zeros, extensions' own included."""
        longer = type(self)(getattr(self, next(iter(self.column_types()))).shape[0], self.length + count)
        for name, column in self.columns().items():
            into = getattr(longer, name) if name not in self.extras else longer.extra(name, column.dtype)
            into[:, :self.length] = column
        return longer

    def __setattr__(self, name: str, values: Any) -> None:
        try:
            column = getattr(self, name)
        except AttributeError:
            raise AttributeError(f"{type(self).__name__} has no column '{name}'; an extension "
                                 f"keeps its own with extra('{name}')") from None
        if column is not values:
            column[...] = values

    def __len__(self) -> int:
        return self.length

    def __getstate__(self) -> dict:
        return self.__dict__

    def __setstate__(self, kept: dict) -> None:
        self.__dict__.update(kept)
