"""Files that people send as pictures: nothing but pixels comes out, whatever goes in."""

from __future__ import annotations

import gzip
import io
import secrets
from typing import Any

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from idp.directory import redrawing
from idp.errors import Invalid

SCRIPT = b"<script>alert(document.domain)</script>"


def sent(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def drawn(content: bytes) -> tuple[Image.Image, bytes]:
    made, kind = redrawing.whole(content, "logo")
    image = Image.open(io.BytesIO(made))
    assert image.format == {"jpg": "JPEG", "png": "PNG"}[kind]
    image.load()
    return image, made


def refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        redrawing.whole(content, "logo")
    return refused.value.problems["logo"]


@pytest.mark.parametrize(
    "drawing",
    [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"\xef\xbb\xbf\n <SVG/>",
     b"<?xml version='1.0'?><!DOCTYPE svg><svg/>", b"<!-- a --><svg/>", gzip.compress(b"<svg/>", mtime=0)],
)  # fmt: skip
def test_drawings_that_can_carry_scripts_are_refused_with_what_to_do(drawing: bytes) -> None:
    assert refusal(drawing) == redrawing.SVG
    assert "PNG" in redrawing.SVG


@pytest.mark.parametrize("size", [(1_200, 300), (300, 1_200), (64, 64), (5_000, 40)])
def test_a_logo_keeps_its_shape_and_is_never_larger_than_it_is_shown(size: tuple[int, int]) -> None:
    image, _ = drawn(sent(Image.new("RGBA", size, (10, 200, 30, 120))))
    scale = min(1.0, redrawing.SIDE / max(size))
    assert image.size == (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    assert image.mode == "RGBA"
    assert image.getpixel((0, 0)) == pytest.approx((10, 200, 30, 120), abs=1), "transparent ground stays transparent"


def test_whatever_else_a_file_is_stays_behind() -> None:
    notes = PngInfo()
    notes.add_text("Comment", SCRIPT.decode())
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010E] = SCRIPT.decode()
    opaque = Image.effect_noise((200, 200), 50).convert("RGB")
    for content in (
        sent(opaque, "PNG", pnginfo=notes, icc_profile=icc) + SCRIPT,  # after its end, too
        sent(opaque, "JPEG", exif=exif, comment=SCRIPT, icc_profile=icc) + b"PK\x03\x04" + SCRIPT,
        sent(opaque, "WEBP", exif=exif, xmp=SCRIPT, icc_profile=icc),
        sent(opaque.convert("P"), "GIF", comment=SCRIPT) + SCRIPT,
    ):
        assert SCRIPT in content or b"Exif" in content
        image, made = drawn(content)
        assert SCRIPT not in made and b"script" not in made
        assert not {"icc_profile", "exif", "comment", "Comment", "xmp"} & image.info.keys()
        assert not image.getexif()


def test_of_what_moves_the_first_picture_is_kept() -> None:
    red, blue = Image.new("RGB", (64, 64), "red"), Image.new("RGB", (64, 64), "blue")
    moving = [red, *[blue] * 50]
    for kind in ("GIF", "WEBP", "PNG"):
        image, _ = drawn(sent(moving[0], kind, save_all=True, append_images=moving[1:]))
        assert getattr(image, "n_frames", 1) == 1
        pixel = image.convert("RGB").getpixel((5, 5))
        assert isinstance(pixel, tuple) and pixel[0] > 200 and pixel[2] < 60


def test_what_unfolds_to_gigabytes_is_refused_before_it_does() -> None:
    assert refusal(sent(Image.new("1", (30_000, 30_000)))) == redrawing.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    "content", [b"GIF89a" + b"\xff" * 64, b"RIFF\xff\xff\xff\xffWEBPVP8 ", SCRIPT, b"%!PS-Adobe", b"\x00" * 99]
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    assert refusal(content) == redrawing.NOT_A_PICTURE


def test_no_bytes_make_anything_but_a_sentence_or_a_picture() -> None:
    whole = bytearray(sent(Image.effect_noise((90, 90), 60), "PNG"))
    for _ in range(200):
        broken = bytearray(whole)
        for _ in range(4):
            broken[secrets.randbelow(len(broken))] = secrets.randbelow(256)
        try:
            made, kind = redrawing.whole(bytes(broken), "logo")
        except Invalid:
            continue
        assert kind in ("png", "jpg") and made[:3] in (b"\x89PN", b"\xff\xd8\xff")
