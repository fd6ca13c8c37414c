"""What is typed to countersign, and to hold a kept checkpoint against the chain."""

from __future__ import annotations

from contest.web.forms import Form


class CountersignForm(Form):
    """`secret`: the password, or the PIN on an enrolled tablet."""

    checkpoint: str = ""
    secret: str = ""


class CheckForm(Form):
    """`text`: what scanning the QR code gave; a file may come instead."""

    text: str = ""
