"""Writes test/golden/pictures.safetensors: picture files of every kind, and their pixels as Pillow sees them.

    python3 -m venv /tmp/pictures-venv
    /tmp/pictures-venv/bin/pip install pillow==13.0.0 numpy==2.4.6 safetensors==0.8.0
    /tmp/pictures-venv/bin/python tools/golden/pictures.py

<name>/file    uint8 [bytes]
<name>/pixels  uint8 [height, width, 4]: red, green, blue, alpha; upright, of animations the first picture

What Pillow does not write (interlaced PNG, most of BMP) is written here, from random pixels. Where Pillow reads it
otherwise than the specification says, or not at all, the pixels come from those; `exact` says so.
"""

import io
import struct
import zlib

import numpy
from PIL import Image, ImageOps
from safetensors.numpy import save_file

random = numpy.random.default_rng(12)
arrays: dict[str, numpy.ndarray] = {}


def add(name: str, file: bytes, exact: numpy.ndarray | None = None) -> None:
    if exact is None:
        picture = ImageOps.exif_transpose(Image.open(io.BytesIO(file)))
        exact = numpy.asarray(picture.convert("RGBA"))
    arrays[f"{name}/file"] = numpy.frombuffer(file, numpy.uint8)
    arrays[f"{name}/pixels"] = numpy.ascontiguousarray(exact, numpy.uint8)


# PNG: colour types, depths, transparency, interlacing, filters.

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_rows(samples: numpy.ndarray, depth: int) -> list[bytes]:
    """The bytes of rows of samples [rows, columns, channels]."""
    rows = samples.reshape(samples.shape[0], -1)
    if depth == 16:
        return [row.astype(">u2").tobytes() for row in rows]
    bits = (rows[:, :, None] >> numpy.arange(depth - 1, -1, -1)) & 1
    return [numpy.packbits(row.reshape(-1)).tobytes() for row in bits.astype(numpy.uint8)]


def filtered(rows: list[bytes], step: int) -> bytes:
    """Rows with the filters 0 to 4 in turn."""
    result = b""
    above = bytes(len(rows[0]))
    for y, row in enumerate(rows):
        kind = y % 5
        result += bytes([kind])
        for i, value in enumerate(row):
            left, up = row[i - step] if i >= step else 0, above[i]
            corner = above[i - step] if i >= step else 0
            nearest = min((left, up, corner), key=lambda x: (abs(left + up - corner - x), (left, up, corner).index(x)))
            result += bytes([(value - [0, left, up, (left + up) // 2, nearest][kind]) % 256])
        above = row
    return result


def png(samples: numpy.ndarray, depth: int, colour: int, interlaced: bool, before: bytes = b"", parts: int = 1) -> bytes:
    height, width = samples.shape[:2]
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    data = b""
    for left, top, step_x, step_y in passes:
        part = samples[top::step_y, left::step_x]
        if part.size > 0:
            data += filtered(packed_rows(part, depth), max(1, depth * CHANNELS[colour] // 8))
    data = zlib.compress(data)
    cuts = numpy.linspace(0, len(data), parts + 1).astype(int)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))
        + before
        + b"".join(chunk(b"IDAT", data[a:b]) for a, b in zip(cuts, cuts[1:]))
        + chunk(b"IEND", b"")
    )


def seen(samples: numpy.ndarray, depth: int, colour: int, palette=None, key=None) -> numpy.ndarray:
    """RGBA by the specification: 16 bits cut to 8, fewer scaled up."""
    if palette is not None:
        return palette[samples[:, :, 0]]
    scaled = samples >> 8 if depth == 16 else samples * 255 // (2**depth - 1)
    alpha = scaled[:, :, -1:] if colour in (4, 6) else numpy.full_like(scaled[:, :, :1], 255)
    if key is not None:
        alpha = numpy.where((samples == key).all(2, keepdims=True), 0, alpha)
    colours = scaled[:, :, :3] if colour in (2, 6) else numpy.repeat(scaled[:, :, :1], 3, 2)
    return numpy.concatenate([colours, alpha], 2)


def pngs() -> None:
    height, width = 11, 13
    for colour, depths in {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}.items():
        for depth in depths:
            samples = random.integers(0, 2 ** min(depth, 16), (height, width, CHANNELS[colour]))
            palette = random.integers(0, 256, (2**depth, 4)) if colour == 3 else None
            if palette is not None:
                palette[len(palette) // 2 :, 3] = 255
            key = samples[3, 5] if colour in (0, 2) else None
            for interlaced in (False, True):
                for transparent in (False, True) if colour in (0, 2, 3) else (False,):
                    before, opaque = b"", palette
                    if palette is not None:
                        before = chunk(b"PLTE", palette[:, :3].astype(numpy.uint8).tobytes())
                        if transparent:
                            before += chunk(b"tRNS", palette[: len(palette) // 2, 3].astype(numpy.uint8).tobytes())
                        else:
                            opaque = numpy.concatenate([palette[:, :3], numpy.full((len(palette), 1), 255)], 1)
                    elif transparent:
                        before = chunk(b"tRNS", key.astype(">u2").tobytes())
                    file = png(samples, depth, colour, interlaced, before)
                    exact = seen(samples, depth, colour, opaque, key if transparent else None)
                    # Pillow keeps 16-bit grey as it is, and compares scaled greys and RGB with the transparent one.
                    if not (colour == 0 and (depth == 16 or transparent) or depth == 16 and transparent):
                        numpy.testing.assert_array_equal(
                            exact, numpy.asarray(Image.open(io.BytesIO(file)).convert("RGBA"))
                        )
                    name = f"png/{['grey', '', 'RGB', 'palette', 'grey with alpha', '', 'RGB with alpha'][colour]}"
                    add(f"{name}, {depth} bits{', tRNS' * transparent}{', interlaced' * interlaced}", file, exact)
    for size in [1, 2, 3, 4, 5, 7]:
        samples = random.integers(0, 2, (9 - size, size, 1))
        add(f"png/{size}x{9 - size}, 1 bit, interlaced", png(samples, 1, 0, True), seen(samples, 1, 0))
    samples = random.integers(0, 256, (height, width, 3))
    add("png/several IDAT", png(samples, 8, 2, False, parts=3))
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.fromarray(samples.astype(numpy.uint8)).save(file, "PNG", exif=exif)
    add("png/orientation 6", file.getvalue())
    frames = [Image.fromarray(random.integers(0, 256, (5, 6, 3)).astype(numpy.uint8)) for _ in range(2)]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    add("png/animated", file.getvalue())


def scene(width: int, height: int) -> Image.Image:
    """Smooth, with edges: something that lossy formats can pack."""
    y, x = numpy.mgrid[0:height, 0:width]
    channels = [128 + 100 * numpy.sin(x / 4), 40 + 7 * y, numpy.where((x - y) % 9 < 3, 30, 220)]
    return Image.fromarray(numpy.stack(channels, 2).clip(0, 255).astype(numpy.uint8))


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def jpegs() -> None:
    picture = scene(37, 22)
    for name, options in {
        "4:2:0": {},
        "4:2:2": {"subsampling": 1},
        "4:4:4": {"subsampling": 0, "quality": 95},
        "progressive": {"progressive": True},
        "optimized": {"optimize": True},
        "restart markers": {"restart_marker_blocks": 2},
        "RGB": {"keep_rgb": True},
    }.items():
        add(f"jpeg/{name}", saved(picture, "JPEG", **options))
    add("jpeg/grey", saved(picture.convert("L"), "JPEG"))
    add("jpeg/grey, progressive", saved(picture.convert("L"), "JPEG", progressive=True))
    # Pillow turns CMYK into RGB by rounding down.
    cmyk = saved(picture.convert("CMYK"), "JPEG")
    inks = 255 - numpy.asarray(Image.open(io.BytesIO(cmyk))).astype(float)
    colours = numpy.round(inks[:, :, :3] * inks[:, :, 3:] / 255)
    add("jpeg/CMYK", cmyk, numpy.concatenate([colours, numpy.full((22, 37, 1), 255)], 2))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        add(f"jpeg/orientation {orientation}", saved(scene(16, 8), "JPEG", exif=exif))


def webps() -> None:
    picture = scene(37, 22)
    alpha = Image.fromarray((numpy.mgrid[0:22, 0:37][1] * 7 % 256).astype(numpy.uint8))
    transparent = picture.copy()
    transparent.putalpha(alpha)
    exif = Image.Exif()
    exif[0x0112] = 8
    add("webp/lossy", saved(picture, "WEBP"))
    add("webp/lossless", saved(picture, "WEBP", lossless=True))
    add("webp/lossy with alpha", saved(transparent, "WEBP"))
    add("webp/lossless with alpha", saved(transparent, "WEBP", lossless=True, exact=True))
    add("webp/orientation 8", saved(picture, "WEBP", exif=exif.tobytes()))
    frames = [picture, picture.rotate(180)]
    add("webp/animated", saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    frames = [transparent, transparent.rotate(180)]
    add("webp/animated with alpha", saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]))


def gifs() -> None:
    picture = scene(37, 22).quantize(200)
    for interlace in (0, 1):
        add(f"gif/{'interlaced' if interlace else 'rows in order'}", saved(picture, "GIF", interlace=interlace))
    few = scene(19, 30).quantize(3)
    add("gif/3 colours", saved(few, "GIF"))
    add("gif/transparent", saved(few, "GIF", transparency=1))
    add("gif/animated", saved(picture, "GIF", save_all=True, append_images=[picture.rotate(180)]))
    noise = Image.fromarray(random.integers(0, 256, (90, 110)).astype(numpy.uint8))
    add("gif/a full table of codes", saved(noise, "GIF"))


# BMP: most of it is not written by Pillow.


def bmp(pixels: bytes, width: int, height: int, bits: int, compression: int = 0, after: bytes = b"", extra: bytes = b""):
    """extra: further fields of the header; after: masks or colours behind it."""
    header = struct.pack("<IiiHHIIiiII", 40 + len(extra), width, height, 1, bits, compression, 0, 0, 0, 0, 0) + extra
    start = 14 + len(header) + len(after)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + header + after + pixels


def padded(rows: list[bytes]) -> bytes:
    return b"".join(row + bytes(-len(row) % 4) for row in rows)


def runs(indices: numpy.ndarray, bits: int) -> bytes:
    """Runs where an index repeats, otherwise indices as they are, at least three; the rows from below."""
    result = b""
    for row in indices[::-1]:
        row = row.tolist()
        if len(row) % 2 == 0:  # as they are, at once
            packed = bytes(row) if bits == 8 else packed_rows(numpy.array(row)[None, :, None], 4)[0]
            result += bytes([0, len(row)]) + packed + bytes(len(packed) % 2)
        else:
            for index in row:
                result += bytes([1, index if bits == 8 else index * 16])
        result += b"\0\0"
    return result + b"\0\1"


def bmps() -> None:
    width, height = 13, 7
    for bits in (1, 4, 8):
        indices = random.integers(0, 2**bits, (height, width, 1))
        colours = random.integers(0, 256, (2**bits, 4)).astype(numpy.uint8)
        data = padded(packed_rows(indices[::-1], bits))
        add(f"bmp/{bits} bits", bmp(data, width, height, bits, after=colours.tobytes()))
    for bits, compression in ((8, 1), (4, 2)):
        for columns in (13, 12):
            indices = random.integers(0, 2**bits, (height, columns))
            colours = random.integers(0, 256, (2**bits, 4)).astype(numpy.uint8)
            file = bmp(runs(indices, bits), columns, height, bits, compression, colours.tobytes())
            exact = numpy.concatenate([colours[:, 2::-1], numpy.full((2**bits, 1), 255)], 1)[indices]
            add(f"bmp/{bits} bits, run lengths, {columns} wide", file, exact)
    picture = scene(width, height)
    colours = numpy.asarray(picture).astype(int)
    add("bmp/24 bits", saved(picture, "BMP"))
    add("bmp/24 bits, from above", bmp(padded([row[:, ::-1].astype(numpy.uint8).tobytes() for row in colours]), width, -height, 24))
    transparent = numpy.concatenate([colours, random.integers(1, 256, (height, width, 1))], 2)
    opaque = numpy.concatenate([colours, numpy.full((height, width, 1), 255)], 2)
    for name, masks, parts, exact in (
        ("5 5 5", None, (5, 5, 5, 0), opaque),
        ("5 6 5", (0xF800, 0x07E0, 0x001F), (5, 6, 5, 0), opaque),
        ("4 4 4 4", (0x0F00, 0x00F0, 0x000F, 0xF000), (4, 4, 4, 4), transparent),
        ("8 8 8", None, (8, 8, 8, 0), opaque),
        ("8 8 8 8, reversed", (0xFF, 0xFF00, 0xFF0000, 0xFF000000), (8, 8, 8, 8), transparent),
        ("10 10 10", (0x3FF00000, 0x000FFC00, 0x000003FF), (10, 10, 10, 0), opaque),
    ):
        bits = 16 if sum(parts) <= 16 else 32
        places = masks or ((0x7C00, 0x03E0, 0x001F) if bits == 16 else (0xFF0000, 0xFF00, 0xFF))
        stored = numpy.zeros((height, width), int)
        shown = exact.copy()
        for k, mask in enumerate(places):
            value = exact[:, :, k] * (2 ** parts[k] - 1) // 255
            stored |= value * (mask & -mask)
            shown[:, :, k] = numpy.floor(value * 255 / (2 ** parts[k] - 1) + 0.5)
        rows = [row.astype("<u2" if bits == 16 else "<u4").tobytes() for row in stored[::-1]]
        fields = struct.pack(f"<{len(places)}I", *places) if masks else b""
        has_alpha = len(places) == 4
        file = bmp(padded(rows), width, height, bits, 3 if masks else 0, b"" if has_alpha else fields, fields if has_alpha else b"")
        add(f"bmp/{bits} bits, {name}", file, shown)
    indices = random.integers(0, 2, (height, width, 1))
    data = padded(packed_rows(indices[::-1], 1))
    core = b"BM" + struct.pack("<IHHIIHHHH", 32 + len(data), 0, 0, 32, 12, width, height, 1, 1) + b"\1\2\3\xfe\xfd\xfc" + data
    add("bmp/1 bit, OS/2", core)


pngs()
jpegs()
webps()
gifs()
bmps()
save_file(arrays, "test/golden/pictures.safetensors")
print(len(arrays) // 2, "pictures")
