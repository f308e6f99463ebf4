"""Photographs no two of which are alike, so that each can be told from all others on the server."""

import io
import random

from PIL import Image


def a_picture(seed: str, size: tuple[int, int] = (160, 120), quality: int = 80) -> bytes:
    """A JPEG of coarse noise: about as hard to compress as a photograph of a busy floor."""
    chance = random.Random(seed)
    coarse = Image.frombytes("RGB", (size[0] // 4, size[1] // 4), chance.randbytes(3 * (size[0] // 4) * (size[1] // 4)))
    out = io.BytesIO()
    coarse.resize(size, Image.Resampling.NEAREST).save(out, "JPEG", quality=quality)
    return out.getvalue()
