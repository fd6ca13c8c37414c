"""QR codes. The mask is fixed: choosing the best of eight costs five times as much and no reader needs it."""

import io

import segno

MASK = 2


def qr_png(text: str, *, scale: int = 8, border: int = 4) -> bytes:
    """Return a black and white PNG with error level M; ``scale`` pixels a module, ``border`` modules of quiet
    zone.
    """
    buffer = io.BytesIO()
    _code(text).save(buffer, kind="png", scale=scale, border=border)
    return buffer.getvalue()


def qr_svg(text: str, *, title: str, border: int = 4) -> str:
    """Return an inline SVG for pages: no size of its own, no style, ``title`` for those who can't see it."""
    buffer = io.BytesIO()
    _code(text).save(
        buffer,
        kind="svg",
        border=border,
        xmldecl=False,
        omitsize=True,
        title=title,
        svgclass="qr",
        lineclass="qr-modules",
        light="#fff",
        nl=False,
    )
    return buffer.getvalue().decode()


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", mask=MASK, boost_error=False)
