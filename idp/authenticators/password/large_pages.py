"""Argon2's memory in large pages, which takes a tenth off a hash: 19 MiB are 4,864 small pages or ten large ones.

The computation is the library's; only where its memory comes from is said here, by the two functions that argon2's context
has for it. Where there are no large pages, or a process may not make such functions, nothing of this is used.
"""

from __future__ import annotations

import mmap
from contextlib import suppress
from typing import Any

from argon2 import Type
from argon2.exceptions import VerificationError
from argon2.low_level import ARGON2_VERSION, core, error_to_str, ffi

_LARGE = 2 * 1024 * 1024  # bytes of a large page on x86-64 and ARM
_NO_MEMORY = -22  # ARGON2_MEMORY_ALLOCATION_ERROR
_MOST_SPARE = 2  # what one process hashes at once on most machines; a new area costs a fifth of a hash

_Area = tuple[mmap.mmap, Any]  # and the view that argon2 is given of it
_spare: list[_Area] = []  # kept for the next hash; argon2 wipes them before it gives them back
_lent: dict[int, _Area] = {}


def _lend(memory: Any, size: int) -> int:
    area = _take_spare()
    if area is None or len(area[0]) < size:
        area = _new(size)
    memory[0] = ffi.cast("uint8_t *", area[1])
    _lent[int(ffi.cast("uintptr_t", memory[0]))] = area
    return 0


def _take_back(memory: Any, _: int) -> None:
    area = _lent.pop(int(ffi.cast("uintptr_t", memory)))
    if len(_spare) < _MOST_SPARE:
        with suppress(OSError):  # where a sandbox forbids it
            area[0].madvise(mmap.MADV_FREE)  # ours until somebody is short of memory, and then the system's
        _spare.append(area)


def _take_spare() -> _Area | None:
    try:
        return _spare.pop()
    except IndexError:  # none is kept yet, or more hash at once than areas are kept for
        return None


def _new(size: int) -> _Area:
    area = mmap.mmap(-1, -(-size // _LARGE) * _LARGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    area.madvise(mmap.MADV_HUGEPAGE)
    return area, ffi.from_buffer(area)


def _callbacks() -> tuple[Any, Any] | None:
    if not (hasattr(mmap, "MADV_HUGEPAGE") and hasattr(mmap, "MADV_FREE")):  # Linux only
        return None
    try:
        return (
            ffi.callback("int(uint8_t **, size_t)", _lend, error=_NO_MEMORY, onerror=lambda *_: None),
            ffi.callback("void(uint8_t *, size_t)", _take_back),
        )
    except (MemoryError, SystemError):  # where code can't be made at run time
        return None


_CALLBACKS = _callbacks()
ARE_THERE = _CALLBACKS is not None


def digest(password: bytes, salt: bytes, *, passes: int, memory: int, lanes: int, length: int) -> bytes:
    """The Argon2id digest (RFC 9106 3), `memory` in KiB and `length` in bytes; raises VerificationError."""
    assert _CALLBACKS is not None
    lend, take_back = _CALLBACKS
    out, given, grain = ffi.new("uint8_t[]", length), ffi.new("uint8_t[]", password), ffi.new("uint8_t[]", salt)
    context = ffi.new("argon2_context *", {
        "version": ARGON2_VERSION, "out": out, "outlen": length, "pwd": given, "pwdlen": len(password), "salt": grain,
        "saltlen": len(salt), "secret": ffi.NULL, "secretlen": 0, "ad": ffi.NULL, "adlen": 0, "t_cost": passes,
        "m_cost": memory, "lanes": lanes, "threads": lanes, "allocate_cbk": lend, "free_cbk": take_back, "flags": 0,
    })  # fmt: skip
    if code := core(context, Type.ID.value):
        raise VerificationError(error_to_str(code))
    return bytes(ffi.buffer(out))
