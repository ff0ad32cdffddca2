"""Pictures in which there is no face: patterns, natural textures, and parts of the photos beside the faces."""

from collections.abc import Iterator

import cv2
import numpy as np
from matplotlib import cbook, colormaps

WIDTH, HEIGHT = 1280, 720
Picture = tuple[str, np.ndarray]


def to_bytes(values):
    """Stretch values to the range of pixels."""
    values = np.asarray(values, np.float64)
    low, high = values.min(), values.max()
    return ((values - low) * (255 / max(high - low, 1e-9))).astype(np.uint8)


def coloured(values, name):
    """Give values a colour map: uint8 (h, w, 3)."""
    rgb = colormaps[name](to_bytes(values))[:, :, :3]
    return np.ascontiguousarray((rgb[:, :, ::-1] * 255).astype(np.uint8))


def noise(rng, exponent):
    """Random values whose power falls with the frequency to some exponent: 0 white, 2 like clouds, 3 like hills."""
    rows, columns = np.fft.fftfreq(HEIGHT)[:, None], np.fft.rfftfreq(WIDTH)[None, :]
    frequency = np.sqrt(rows**2 + columns**2)
    frequency[0, 0] = 1
    waves = rng.standard_normal(frequency.shape) + 1j * rng.standard_normal(frequency.shape)
    return np.fft.irfft2(waves / frequency ** (exponent / 2), (HEIGHT, WIDTH))


def grid():
    return np.meshgrid(np.arange(WIDTH, dtype=np.float64), np.arange(HEIGHT, dtype=np.float64))


def noises(rng) -> Iterator[Picture]:
    for exponent in (0, 1, 2, 3, 4):
        yield f"grey noise {exponent}", cv2.cvtColor(to_bytes(noise(rng, exponent)), cv2.COLOR_GRAY2BGR)
        yield f"colour noise {exponent}", cv2.merge([to_bytes(noise(rng, exponent)) for _ in range(3)])
    for name, exponent in (("copper", 2.5), ("YlOrBr", 3), ("Greens", 2), ("pink", 3), ("bone", 2)):
        yield f"{name} texture", coloured(noise(rng, exponent), name)


def ramps() -> Iterator[Picture]:
    x, y = grid()
    distance = np.hypot(x - WIDTH / 2, y - HEIGHT / 2)
    for name, values in {"across": x, "down": y, "aslant": x + 2 * y, "round": distance}.items():
        yield f"ramp {name}", coloured(values, "bone")
    yield "rings", coloured(np.sin(distance / 12), "copper")
    yield "sunset", coloured(-np.hypot(x - 900, y - 500), "afmhot")


def tiles() -> Iterator[Picture]:
    x, y = grid()
    for side in (8, 40, 120):
        yield f"checkerboard {side}", coloured((x // side + y // side) % 2, "gray")
    for pitch in (10, 45):
        yield f"stripes {pitch}", coloured(np.sin((x + y / 3) * np.pi / pitch) > 0, "cividis")
        yield f"bars {pitch}", coloured(np.sin(y * np.pi / pitch) > 0, "pink")
    yield "dots", coloured(np.hypot(x % 60 - 30, y % 60 - 30) < 18, "PiYG")
    yield "plaid", coloured(np.sin(x / 23) + np.sin(y / 31) + (np.sin(x / 7) > 0.9), "RdGy")
    yield "waves", coloured(np.sin(x / 30 + 3 * np.sin(y / 50)), "Blues")


def bricks(rng) -> Iterator[Picture]:
    for number, colour in enumerate(((60, 80, 170), (120, 130, 140), (90, 140, 190))):
        image = np.full((HEIGHT, WIDTH, 3), 190, np.uint8)
        height = 40 + 30 * number
        for row, top in enumerate(range(0, HEIGHT, height)):
            for left in range(-(row % 2) * height, WIDTH, 2 * height):
                shade = np.clip(np.array(colour) + rng.integers(-25, 25), 0, 255).tolist()
                cv2.rectangle(image, (left, top), (left + 2 * height - 6, top + height - 6), shade, -1)
        yield f"bricks {number}", np.clip(image + rng.normal(0, 6, image.shape), 0, 255).astype(np.uint8)


def wood(rng) -> Iterator[Picture]:
    x, y = grid()
    for number in range(3):
        bent = y / 6 + 14 * to_bytes(noise(rng, 3.5)) / 255 + x / 90
        yield f"wood {number}", coloured(np.sin(bent) + 0.3 * noise(rng, 1) / 3, "copper")
    yield "marble", coloured(np.sin(x / 60 + 12 * to_bytes(noise(rng, 3)) / 255), "bone")


def foliage(rng) -> Iterator[Picture]:
    for number, colours in enumerate((((30, 90, 40), (80, 180, 90)), ((20, 60, 120), (60, 150, 220)))):
        image = np.full((HEIGHT, WIDTH, 3), 30, np.uint8)
        for _ in range(2500):
            centre = (int(rng.integers(WIDTH)), int(rng.integers(HEIGHT)))
            axes = (int(rng.integers(8, 30)), int(rng.integers(3, 10)))
            colour = rng.uniform(*np.array(colours)).tolist()
            cv2.ellipse(image, centre, axes, float(rng.uniform(0, 180)), 0, 360, colour, -1, cv2.LINE_AA)
        yield f"foliage {number}", image


def shapes(rng) -> Iterator[Picture]:
    for number in range(3):
        image = np.full((HEIGHT, WIDTH, 3), rng.integers(30, 220, 3), np.uint8)
        for _ in range(60):
            first, second = rng.integers(0, [WIDTH, HEIGHT], (2, 2)).tolist()
            cv2.rectangle(image, first, second, rng.integers(0, 255, 3).tolist(), -1 if number else 3)
        yield f"rectangles {number}", image
        image = np.full((HEIGHT, WIDTH, 3), 12, np.uint8)
        for _ in range(150):
            where = rng.integers(0, [WIDTH, HEIGHT]).tolist()
            cv2.circle(image, where, int(rng.integers(2, 8 + 12 * number)), rng.integers(60, 255, 3).tolist(), -1)
        yield f"lights {number}", cv2.GaussianBlur(image, (0, 0), 2 + 2 * number)


def writing(rng) -> Iterator[Picture]:
    letters = list("abcdefghijklmnopqrstuvwxyz     ")
    for number, (paper, ink) in enumerate((((255,) * 3, (0,) * 3), ((40, 30, 30), (200, 220, 255)))):
        image = np.full((HEIGHT, WIDTH, 3), paper, np.uint8)
        for top in range(40, HEIGHT, 36 + 30 * number):
            line = "".join(rng.choice(letters, 90))
            cv2.putText(image, line, (20, top), cv2.FONT_HERSHEY_SIMPLEX, 0.8 + 0.7 * number, ink, 2, cv2.LINE_AA)
        yield f"writing {number}", image


def landscapes() -> Iterator[Picture]:
    """Real heights of real ground, which come with matplotlib."""
    heights = cbook.get_sample_data("jacksboro_fault_dem.npz")["elevation"].astype(np.float64)
    for name in ("terrain", "gray", "copper"):
        yield f"hills {name}", cv2.resize(coloured(heights, name), (WIDTH, HEIGHT))
    slope = np.gradient(heights)[0]
    yield "hillside", cv2.resize(coloured(slope, "bone"), (WIDTH, HEIGHT))
    sea = cbook.get_sample_data("topobathy.npz")["topo"].astype(np.float64)
    yield "coast", cv2.resize(coloured(sea, "gist_earth"), (WIDTH, HEIGHT))


def beside_the_faces(photos, margin=0.6, per_photo=4) -> Iterator[Picture]:
    """Parts of the photos that keep away from each face by more than half its size: clothes, hands, legs, walls."""
    for photo in photos:
        height, width = photo.image_bgr.shape[:2]
        around = (photo.faces_px[:, 2:] - photo.faces_px[:, :2]) * margin
        low, high = photo.faces_px[:, :2] - around, photo.faces_px[:, 2:] + around
        taken, columns, rows = 0, 480, 270
        for top in range(height - rows, -1, -rows):
            for left in range(0, width - columns + 1, columns):
                apart = (low >= [left + columns, top + rows]) | (high <= [left, top])
                if apart.any(axis=1).all() and taken < per_photo:
                    taken += 1
                    part = photo.image_bgr[top : top + rows, left : left + columns]
                    yield f"{photo.name} at {left}, {top}", cv2.resize(part, (WIDTH, HEIGHT))


def empty_pictures(photos) -> Iterator[Picture]:
    """Give every picture without a face: its name and uint8 (720, 1280, 3), BGR; always the same ones."""
    rng = np.random.default_rng(20)
    yield from noises(rng)
    yield from ramps()
    yield from tiles()
    for kind in (bricks, wood, foliage, shapes, writing):
        yield from kind(rng)
    yield from landscapes()
    yield from beside_the_faces(photos)
