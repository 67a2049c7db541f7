"""What is wrong with an installation, and how to mend it: one finding a question that people ask.

`stored` looks at what lies on this machine, `reached` at how the world gets here. Neither changes anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from idp.config import Config
from idp.doctor import reached, stored
from idp.doctor.finding import BAD, FINE, NOTE, Finding, Run

__all__ = ["BAD", "FINE", "NOTE", "Finding", "look"]


def look(config: Config, run: Run = lambda work: work()) -> Iterator[Finding]:
    """Every finding, in the order in which problems should be mended; the database has to be open for all of them.

    `run` does what may take long, and may give up with TimeoutError.
    """
    yield from stored.look(config, run)
    yield from reached.look(config, run)
