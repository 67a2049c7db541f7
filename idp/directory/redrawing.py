"""Files that people send as pictures: looked at with suspicion and written anew.

Only pixels are kept. What cameras write into a picture, the place it was taken at above all, stays behind, and so does
whatever else a file may be at the same time: a page, a script, an archive.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from idp.errors import Invalid

MOST_BYTES = 2 * 1024 * 1024  # of what is sent
MOST_PIXELS = 16_000_000  # a file of some kilobytes may unfold to gigabytes; this is 150 MB as PNG, 300 as WebP
LEAST_SIDE = 32  # pixels
SIDE = 512  # pixels; more than any application shows
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY = 88  # of JPEG, out of 100

NO_FILE = "Choose a file first."
TOO_BIG = "This file is larger than 2 MB. Choose a smaller one."
NOT_A_PICTURE = "This isn’t a picture that can be used here. Choose a JPEG, PNG, WebP or GIF file."
SVG = "SVG files are drawings that can carry scripts, so they aren’t taken. Save it as PNG, 512 pixels wide, and choose that."
TOO_MANY_PIXELS = "This picture has too many pixels. Choose one with at most 16 megapixels."
TOO_SMALL = "This picture is too small. Choose one that is at least 32 pixels wide and high."

Made = tuple[bytes, str]  # a file, and which kind: png or jpg

# How slow work is done: at once, unless the server has said how others are answered meanwhile.
off_the_loop: Callable[[Callable[[], Any]], Any] = lambda work: work()  # noqa: E731


def square(sent: bytes, field: str) -> Made:
    """The middle of a picture; raises Invalid for the field, with the reason why it can't be taken."""
    return _redrawn(sent, field, is_cut=True)


def whole(sent: bytes, field: str) -> Made:
    """A picture as wide and high as it is to its other side, no side longer than SIDE; raises Invalid for the field."""
    return _redrawn(sent, field, is_cut=False)


def _redrawn(sent: bytes, field: str, *, is_cut: bool) -> Made:
    if not sent:
        raise Invalid(**{field: NO_FILE})
    if len(sent) > MOST_BYTES:
        raise Invalid(**{field: TOO_BIG})
    if _is_drawing(sent):
        raise Invalid(**{field: SVG})
    made: Made | str = off_the_loop(lambda: _pixels(sent, is_cut))
    if isinstance(made, str):
        raise Invalid(**{field: made})
    return made


def _is_drawing(sent: bytes) -> bool:
    start = sent[:1_024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"\x1f\x8b")) or (
        start.startswith(b"<!--") and b"<svg" in start
    )


def _pixels(sent: bytes, is_cut: bool) -> Made | str:
    """The picture as a new file, and which kind of file; or the sentence that says why there is none."""
    from PIL import Image, ImageOps  # 10 MiB that most processes never need

    Image.MAX_IMAGE_PIXELS = None  # looked at here: Pillow only warns until twice as many
    try:
        with Image.open(io.BytesIO(sent), formats=FORMATS) as image:  # reads what stands at the front, no pixels yet
            if image.width * image.height > MOST_PIXELS:
                return TOO_MANY_PIXELS
            if min(image.size) < LEAST_SIDE:
                return TOO_SMALL
            image.draft("RGB", (2 * SIDE, 2 * SIDE))  # JPEG can be unfolded to a part of its size only
            ImageOps.exif_transpose(image, in_place=True)
            mode = "RGBA" if image.has_transparency_data else "RGB"
            plain = image if image.mode == mode else image.convert(mode)  # a copy costs as much again
            if is_cut:
                side = min(SIDE, *image.size)
                fitted = ImageOps.fit(plain, (side, side), Image.Resampling.LANCZOS)
            else:
                plain.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
                fitted = plain
    except Exception:
        # Pillow raises whatever its decoders stumble over: OSError, SyntaxError, struct.error, ValueError …
        return NOT_A_PICTURE
    clean = Image.new(mode, fitted.size)  # has nothing but pixels: comments, profiles and places stay with the other
    clean.paste(fitted)
    made = io.BytesIO()
    if mode == "RGBA" and clean.getchannel("A").getextrema() != (255, 255):
        clean.save(made, "PNG", optimize=True)
        return made.getvalue(), "png"
    clean.convert("RGB").save(made, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return made.getvalue(), "jpg"
