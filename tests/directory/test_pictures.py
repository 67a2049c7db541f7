"""People's pictures: what is kept of them, and what is refused."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from idp import activity
from idp.directory import pictures, redrawing
from idp.directory import users as people
from idp.directory.circumstances import Circumstances
from idp.errors import Invalid
from idp.storage import pictures as files
from idp.storage.models import User
from tests import given

HERE = Circumstances("192.0.2.1")


@pytest.fixture
def ada(storage: None, tmp_path: Path) -> User:
    """Somebody without a picture."""
    files.use(tmp_path, "https://id.example.org")
    return given.user()


def sent(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def kept(user: User, content: bytes) -> Image.Image:
    """The picture that somebody has after sending a file."""
    pictures.change(user, content, HERE)
    name = User.get_by_id(user.id).picture
    assert name is not None
    content = files.read(name) or b""
    image = Image.open(io.BytesIO(content))
    assert image.format == {"jpg": "JPEG", "png": "PNG"}[name[-3:]]
    image.load()
    return image


def refusal(user: User, content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        pictures.change(user, content, HERE)
    assert User.get_by_id(user.id).picture is None
    assert not list(activity.rows())
    return refused.value.problems["picture"]


def halves(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Red on the left and blue on the right."""
    image = Image.new(mode, (width, height), "red")
    image.paste(Image.new(mode, (width - width // 2, height), "blue"), (width // 2, 0))
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_the_middle_is_cut_out_as_a_square(ada: User, kind: str) -> None:
    image = kept(ada, sent(halves(1600, 800), kind))
    assert image.size == (512, 512)
    left, right = image.convert("RGB").getpixel((20, 256)), image.convert("RGB").getpixel((490, 256))
    assert left[0] > 200 > 60 > left[2] and right[2] > 200 > 60 > right[0]  # type: ignore[index]


def test_a_small_picture_is_not_blown_up(ada: User) -> None:
    assert kept(ada, sent(halves(100, 60))).size == (60, 60)


def test_nothing_but_pixels_is_kept(ada: User) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    exif[0x0112] = 1
    notes = PngInfo()
    notes.add_text("Comment", "SECRETCOMMENT")
    for content in (
        sent(halves(200, 200), exif=exif, comment=b"SECRETCOMMENT", icc_profile=b"SECRETPROFILE"),
        sent(
            halves(200, 200, "RGBA").resize((200, 200)), "PNG", pnginfo=notes, exif=exif, icc_profile=b"SECRETPROFILE"
        ),
        sent(halves(200, 200), "WEBP", exif=exif, xmp=b"SECRETXMP"),
    ):
        image = kept(ada, content)
        raw = files.read(User.get_by_id(ada.id).picture) or b""
        assert b"SECRET" in content and b"SECRET" not in raw
        assert not image.getexif() and not {"icc_profile", "comment", "xmp", "exif"} & image.info.keys()


def test_a_picture_taken_on_its_side_is_put_upright(ada: User) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    image = kept(ada, sent(halves(200, 200), exif=exif))
    top, bottom = image.getpixel((100, 10)), image.getpixel((100, 190))
    assert top[0] > 200 and bottom[2] > 200  # type: ignore[index]


def test_what_can_be_seen_through_stays_so(ada: User) -> None:
    image = halves(200, 200, "RGBA")
    image.putalpha(Image.linear_gradient("L").resize((200, 200)))
    assert kept(ada, sent(image, "PNG")).mode == "RGBA"
    assert kept(ada, sent(halves(200, 200, "RGBA"), "PNG")).format == "JPEG", "nothing to see through after all"


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "CMYK", "I;16"])
def test_every_kind_of_colour_is_understood(ada: User, mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    image = Image.new(mode, (64, 64))
    assert kept(ada, sent(image, kind)).size == (64, 64)


def test_an_animation_becomes_its_first_picture(ada: User) -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    image = kept(ada, sent(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert getattr(image, "n_frames", 1) == 1


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it has this many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(4_001, 4_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_file_that_would_unfold_to_gigabytes_is_not_unfolded(ada: User, size: tuple[int, int]) -> None:
    assert refusal(ada, bomb(*size)) in (redrawing.TOO_MANY_PIXELS, redrawing.NOT_A_PICTURE)


def test_a_picture_of_a_handful_of_pixels_is_refused(ada: User) -> None:
    assert refusal(ada, sent(halves(31, 400))) == redrawing.TOO_SMALL


@pytest.mark.parametrize(
    "content",
    [b"x", b"GIF89a", b"\xff\xd8\xff\xe0", b"%PDF-1.7", b"\0" * 1_000,
     b"<html><script>alert(1)</script>", sent(halves(200, 200), "BMP"), sent(halves(200, 200), "TIFF"),
     sent(halves(200, 200), "ICO"), sent(halves(400, 400))[:600]],
)  # fmt: skip
def test_what_is_no_picture_or_only_half_of_one_is_refused(ada: User, content: bytes) -> None:
    assert refusal(ada, content) == redrawing.NOT_A_PICTURE


def test_too_long_a_file_and_none_at_all_are_told_apart(ada: User) -> None:
    assert refusal(ada, b"\xff\xd8" + b"x" * pictures.MOST_BYTES) == pictures.TOO_BIG
    assert refusal(ada, b"") == "Choose a file first."


def test_another_picture_has_another_address_and_the_old_file_is_deleted(ada: User) -> None:
    kept(ada, sent(halves(64, 64)))
    first = User.get_by_id(ada.id).picture
    kept(ada, sent(halves(64, 64)))
    second = User.get_by_id(ada.id).picture
    assert first != second and files.read(first) is None and files.read(second) is not None
    pictures.remove(ada, HERE)
    assert User.get_by_id(ada.id).picture is None and files.read(second) is None
    assert [row.event for row in activity.rows(user="ada")] == ["picture.changed", "picture.changed", "picture.removed"]


def test_the_picture_of_somebody_who_is_deleted_goes_with_them(ada: User) -> None:
    kept(ada, sent(halves(64, 64)))
    name = User.get_by_id(ada.id).picture
    people.delete(User.get_by_id(ada.id))
    assert files.read(name) is None
