"""A person's picture: whatever they send is looked at with suspicion, cut to a square and written anew.

Only pixels are kept. What cameras write into a picture, the place it was taken at above all, stays behind.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from idp import activity, clock
from idp.directory.circumstances import Circumstances
from idp.errors import Invalid
from idp.mail import notices
from idp.storage import pictures, users
from idp.storage.database import transaction
from idp.storage.models import User

MOST_BYTES = 2 * 1024 * 1024  # of what is sent
MOST_PIXELS = 16_000_000  # a file of some kilobytes may unfold to gigabytes; this is 150 MB as PNG, 300 as WebP
LEAST_SIDE = 32  # pixels
SIDE = 512  # pixels; more than any application shows
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY = 88  # of JPEG, out of 100

TOO_BIG = "This file is larger than 2 MB. Choose a smaller one."
NOT_A_PICTURE = "This isn’t a picture that can be used here. Choose a JPEG, PNG, WebP or GIF file."
TOO_MANY_PIXELS = "This picture has too many pixels. Choose one with at most 16 megapixels."
TOO_SMALL = "This picture is too small. Choose one that is at least 32 pixels wide and high."

# How slow work is done: at once, unless the server has said how others are answered meanwhile.
elsewhere: Callable[[Callable[[], Any]], Any] = lambda work: work()  # noqa: E731


def change(user: User, sent: bytes, where: Circumstances) -> None:
    """Give a person the picture in a file they sent; raises Invalid with the reason why it can't be taken."""
    if not sent:
        raise Invalid(picture="Choose a file first.")
    if len(sent) > MOST_BYTES:
        raise Invalid(picture=TOO_BIG)
    made: tuple[bytes, str] | str = elsewhere(lambda: _square(sent))
    if isinstance(made, str):
        raise Invalid(picture=made)
    _replace(user, pictures.keep(*made), "picture.changed", where)


def remove(user: User, where: Circumstances) -> None:
    """Leave a person without a picture."""
    _replace(user, None, "picture.removed", where)


def _replace(user: User, name: str | None, event: str, where: Circumstances) -> None:
    with transaction(durable=True):
        now = users.alone(user)
        if now is not None:
            users.update(user, picture=name, updated_at=clock.now())
            notices.tell(user, "profile_changed", address=where.address, user_agent=where.user_agent)
            activity.record(event, user=user.username, address=where.address)
    pictures.remove(now.picture if now is not None else name)


def _square(sent: bytes) -> tuple[bytes, str] | str:
    """The middle of a picture as a new file, and which kind of file; or the sentence that says why there is none."""
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
            side = min(SIDE, *image.size)
            whole = image if image.mode == mode else image.convert(mode)  # a copy costs as much again
            fitted = ImageOps.fit(whole, (side, side), Image.Resampling.LANCZOS)
    except (
        Exception
    ):  # Pillow raises whatever its decoders stumble over: OSError, SyntaxError, struct.error, ValueError …
        return NOT_A_PICTURE
    clean = Image.new(mode, fitted.size)  # has nothing but pixels: comments, profiles and places stay with the other
    clean.paste(fitted)
    made = io.BytesIO()
    if mode == "RGBA" and clean.getchannel("A").getextrema() != (255, 255):
        clean.save(made, "PNG", optimize=True)
        return made.getvalue(), "png"
    clean.convert("RGB").save(made, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return made.getvalue(), "jpg"
