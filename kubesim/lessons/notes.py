"""How to read the pictures of a reveal: what bands, dots and rings stand for, and where worlds are few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.language import say

if TYPE_CHECKING:
    from kubesim.lessons.reveal import Reveal


def of_course(reveal: "Reveal") -> str:
    """The designs month by month."""
    ends = {"first": reveal.seeds[0], "last": reveal.seeds[-1]}
    if reveal.few:
        return say("On average: thick lines, the mean of lucks {first} to {last}; thin lines, each of them: too few "
                   "for a band. The upright line is the month that the prediction is about.", **ends)
    return say("On average: mean of lucks {first} to {last}; the band holds the true mean in 95 of 100 cases. The "
               "upright line is the month that the prediction is about.", **ends)


def of_prediction(reveal: "Reveal") -> str:
    """The prediction and what came out."""
    parts = {"count": len(reveal.seeds), "seed": reveal.seeds[0]}
    told = _of_few(parts) if reveal.few else {
        "best": say("A small dot is one luck, a large one the mean of {count} with its 95 % interval; a ring "
                    "marks luck {seed}.", **parts),
        "range": say("Each band is an answer. A small dot is one luck, the large one the average of {count} with "
                     "its 95 % interval; a ring marks luck {seed}.", **parts),
        "curve": say("Lines: the answers. Dots: mean of {count} lucks; bars: 9 of 10 lucks lie there; rings: "
                     "luck {seed}.", **parts)}
    return told[reveal.lesson.prediction.kind]


def _of_few(parts: dict[str, int]) -> dict[str, str]:
    return {
        "best": say("A small dot is one luck, a large one the mean of {count}: too few for an interval; a ring marks "
                    "luck {seed}.", **parts),
        "range": say("Each band is an answer. A small dot is one luck, the large one the average of {count}: too few "
                     "for an interval; a ring marks luck {seed}.", **parts),
        "curve": say("Lines: the answers. Large dots: mean of {count} lucks; small dots: each of them; rings: luck "
                     "{seed}.", **parts)}


def of_mechanism(reveal: "Reveal") -> str:
    """A gain with a mechanism on and off."""
    if reveal.few:
        return say("Thick: mean of {count} lucks; thin: each of them. Nothing else differs.", count=len(reveal.seeds))
    return say("Mean of {count} lucks; band: its 95 % interval. Nothing else differs.", count=len(reveal.seeds))
