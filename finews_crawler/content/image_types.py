"""Types of pictures, by their first bytes: what a server calls them may be wrong."""

from __future__ import annotations

SIGNATURES = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png", b"GIF87a": "gif", b"GIF89a": "gif"}
CONTAINER, WEBP = b"RIFF", b"WEBP"
WEBP_AT = slice(8, 12)


def image_extension(content: bytes) -> str:
    r"""Return the extension of a picture's file; '' for anything but JPEG, PNG, GIF and WebP.

    SVG is not among them: it may contain scripts.

    >>> image_extension(b"\xff\xd8\xff\xe0\0\x10JFIF"), image_extension(b"RIFF\x10\0\0\0WEBPVP8 ")
    ('jpg', 'webp')
    >>> image_extension(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), image_extension(b"")
    ('', '')
    """
    if content.startswith(CONTAINER) and content[WEBP_AT] == WEBP:
        return "webp"
    return next((extension for signature, extension in SIGNATURES.items() if content.startswith(signature)), "")
