"""Scenario files that the user of one session brings along; nobody else ever sees them."""

from __future__ import annotations

import binascii
from base64 import b64decode
from hashlib import sha256
from typing import Mapping

from kubesim.errors import ScenarioError
from kubesim.language import say
from kubesim.scenario import Scenario
from kubesim.web.levers import MOST_HOUSEHOLDS

LARGEST, MOST_FILES, MOST_BYTES = 640 * 1024, 8, 1280 * 1024
"""Bytes of a file, files of a session, and their bytes together. ``kubesim population --all`` writes 404 KB for all 514
districts, and some tens more where the table's name is long: each value says where it stands in the table."""
LONGEST_FILE_NAME, LONGEST_TITLE = 40, 100
MOST_PARTS = {"interventions": 20, "shocks": 20, "districts": 600}
MOST_CITY = 200_000
"""Households among which the register is drawn, so that no file fills the server's memory."""
MARK = "file:"
"""Begins the key of an uploaded scenario; no file on the shelf is called so."""


class Uploads(dict[str, Scenario]):
    """Uploaded scenarios by key: mark, name of the file, fingerprint of what it says. Their key in an
    address tells whoever opens it which file is missing, and that another file is not the same one."""

    def __init__(self, beside: Mapping[str, bytes]) -> None:
        super().__init__()
        self._beside, self._sizes = beside, {}
        self.tried = 0                      # files that came, also those with faults

    def take(self, name: object, sent: object) -> str:
        """Check and keep a file, base64 in ``sent`` (or its size, where that is too large to be sent);
        its key. Raises ScenarioError with the lines of a file that has faults."""
        self.tried += 1
        file = _plain_name(name)
        content = _content(file, sent)
        made = Scenario.from_bytes(content, file, self._beside)
        faults = _beyond_page(file, made)
        if faults:
            raise ScenarioError(faults)
        key = f"{MARK}{file.replace('~', '-')}:{sha256(made.to_yaml().encode()).hexdigest()[:8]}"
        if key not in self:
            self._room_for(file, len(content))
        self[key], self._sizes[key] = made, len(content)
        return key

    def drop(self, key: str) -> None:
        """Let go of a file."""
        del self[key], self._sizes[key]

    def _room_for(self, file: str, size: int) -> None:
        if len(self) >= MOST_FILES:
            raise ScenarioError(say("{file}: at most {most} files of your own: take one out first", file=file,
                                    most=MOST_FILES))
        if sum(self._sizes.values()) + size > MOST_BYTES:
            raise ScenarioError(say("{file}: your files may have {most} KB together: take one out first", file=file,
                                    most=MOST_BYTES // 1024))


def is_upload(key: str) -> bool:
    """Whether a scenario's key is that of somebody's file."""
    return key.startswith(MARK)


def file_of(key: str) -> str:
    """The name of the file that an uploaded scenario came from."""
    return key.removeprefix(MARK).rpartition(":")[0]


def _plain_name(name: object) -> str:
    """The name of a file as its user knows it: no folder, nothing that cannot be shown, not too long."""
    last = str(name).replace("\\", "/").rpartition("/")[2] if isinstance(name, str) else ""
    shown = "".join(letter for letter in last[:1_000] if letter.isprintable()).strip()
    return shown if len(shown) <= LONGEST_FILE_NAME else "..." + shown[3 - LONGEST_FILE_NAME:]


def _content(file: str, sent: object) -> bytes:
    """The bytes of a file as they were sent."""
    if not file.lower().endswith((".yaml", ".yml")):
        raise ScenarioError(say("{file}: must be a scenario file, name.yaml; kubesim population makes one of a list of "
                                "households or a table of districts", file=file or "?"))
    size = min(sent, 10**12) if isinstance(sent, int) else len(sent) * 3 // 4 - 2 if isinstance(sent, str) else 0
    try:
        content = b64decode(sent, validate=True) if isinstance(sent, str) and size <= LARGEST else None
    except (binascii.Error, ValueError):
        content = None
    size = size if content is None else len(content)
    if size > LARGEST:
        raise ScenarioError(say("{file}: has {size:,} KB; at most {most} KB can be uploaded", file=file,
                                size=-(-size // 1024), most=LARGEST // 1024))
    if content is None:
        raise ScenarioError(say("{file}: did not arrive whole; try again", file=file))
    return content


def _beyond_page(file: str, made: Scenario) -> list[str]:
    """What the page cannot bear though the command line can. Households and months are not looked at:
    those that live on the page are the page's own."""
    faults = [say("{file}: {path}: {count} of them; at most {most} on this page", file=file, path=path,
                  count=len(getattr(made, path)), most=most)
              for path, most in MOST_PARTS.items() if len(getattr(made, path)) > most]
    if len(made.name) > LONGEST_TITLE:
        faults.append(say("{file}: {path}: has {count} letters; at most {most} on this page", file=file,
                          path="name", count=len(made.name), most=LONGEST_TITLE))
    people = made.population
    least = MOST_HOUSEHOLDS * people.register_share / MOST_CITY
    if people.targeted_share < least:
        faults.append(say("{file}: {path} = {given}: must be at least {least} on this page", file=file,
                          path="population.targeted_share", given=f"{people.targeted_share:g}",
                          least=f"{least:g}"))
    return faults
