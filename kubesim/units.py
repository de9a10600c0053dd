"""Units, bounds, sources and evidence grades: what every parameter must say about itself."""

from __future__ import annotations

from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Grade = Literal["observed", "literature", "derived", "calibrated", "assumed"]
"""How far a number may be trusted, best first (see docs/odd.md)."""
GRADES = get_args(Grade)


class Section(BaseModel):
    """A frozen set of parameters that refuses unknown keys, wrong types, NaN and infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False,
                              validate_default=True, ser_json_inf_nan="strings")


def value(default: Any, unit: str, about: str, *, low: float | None = None, high: float | None = None,
          above: float | None = None, grade: Grade = "assumed", source: str = "judgement",
          symbol: str = "", plausible: tuple[float, float] | None = None) -> Any:
    """Declare one parameter.

    ``low`` and ``high`` are the inclusive hard bounds, ``above`` an exclusive lower bound;
    ``plausible`` is the span worth sweeping. ``symbol`` is its name in docs/odd.md.
    """
    said = {"unit": unit, "grade": grade, "source": source}
    if symbol:
        said["symbol"] = symbol
    if plausible:
        said["plausible"] = list(plausible)
    return Field(default, ge=low, le=high, gt=above, description=about, json_schema_extra=said)


def share(default: float, about: str, **said: Any) -> Any:
    """A parameter between 0 and 1."""
    return value(default, said.pop("unit", "share"), about, **{"low": 0.0, "high": 1.0, **said})


def monthly(default: float, about: str, **said: Any) -> Any:
    """A rate or chance a month, between 0 and 1."""
    return value(default, "per month", about, **{"low": 0.0, "high": 1.0, **said})


def rupiah(default: float, about: str, **said: Any) -> Any:
    """An amount of money in rupiah, not negative."""
    return value(default, said.pop("unit", "Rp"), about, **{"low": 0.0, "high": 1e12, **said})


def whole_months(default: int, about: str, **said: Any) -> Any:
    """A whole number of months."""
    return value(default, "months", about, **{"low": 0, "high": 600, **said})
