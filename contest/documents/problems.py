"""Trouble with a document, as a code and parameters: all that the limited child knows of. The words are in
``refusals``.
"""

from collections.abc import Mapping


class Trouble(Exception):  # noqa: N818 - never shown: ``refusals`` turns it into an error with words
    """A document that can't be read or made. ``code`` is stable, ``params`` fill the words of that code."""

    def __init__(self, code: str, params: Mapping[str, object] | None = None) -> None:
        """Keep code and parameters; the exception's own text is for logs."""
        super().__init__(f"{code} {dict(params or {})}")
        self.code = code
        self.params = dict(params or {})
