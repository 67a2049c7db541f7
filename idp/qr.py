"""QR codes, as the address of a picture that pages can show."""

from __future__ import annotations


def picture(text: str, *, quick: bool = False) -> str:
    """The picture (SVG in a `data:` address) from which cameras read a text.

    `quick` takes the first pattern rather than the best of eight, a third of the time: for pages that anybody may ask for.
    """
    from segno import make_qr  # it costs a start time and memory that most requests never need

    # Dark on white in dark mode too: many cameras don't read it the other way round.
    return make_qr(text, error="m", mask=0 if quick else None).svg_data_uri(
        omitsize=True, border=4, light="#fff", dark="#000"
    )
