"""Draw the README's animated picture: somebody comes, the sign changes, they leave. Nobody's face is in it.

The two screens are frames of the demo creatives in launch/demo. Run it with the project's environment:
``.venv/bin/python docs/generators/arrival_picture.py``.
"""

from __future__ import annotations

import base64
from pathlib import Path

import cv2

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "pictures" / "arrival.svg"
LOOP_S = 9
SCREEN_PX = (448, 252)
JPEG_QUALITY = 72

# Shares of the loop: somebody walks in, is seen, is answered, walks out, and the house playlist goes on.
WALK_IN, STANDS, SEEN, ANSWERED, WALK_OUT, GONE, FALLBACK = 0.08, 0.26, 0.29, 0.32, 0.74, 0.9, 0.95


def screen(creative: str, second: float) -> str:
    """Return a frame of a demo creative as a data address."""
    film = cv2.VideoCapture(str(ROOT / "launch" / "demo" / f"{creative}.webm"))
    film.set(cv2.CAP_PROP_POS_MSEC, second * 1000)
    read, frame = film.read()
    if not read:
        raise SystemExit(f"error: launch/demo/{creative}.webm has no frame at {second} s")
    small = cv2.resize(frame, SCREEN_PX, interpolation=cv2.INTER_AREA)
    jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg.tobytes()).decode()}"


def shown(start: float, end: float, fade: float = 0.008) -> str:
    """Return an animation that shows its element during a part of the loop only."""
    times = f"0;{start:g};{start + fade:g};{end:g};{end + fade:g};1"
    return (
        f'<animate attributeName="opacity" dur="{LOOP_S}s" repeatCount="indefinite" keyTimes="{times}" '
        'values="0;0;1;1;0;0"/>'
    )


def walk() -> str:
    """Return the way of the person: in from the left, a stay, out to the right."""
    times = f"0;{WALK_IN:g};{STANDS:g};{WALK_OUT:g};{GONE:g};1"
    return (
        f'<animateTransform attributeName="transform" type="translate" dur="{LOOP_S}s" repeatCount="indefinite" '
        f'calcMode="spline" keySplines="0 0 1 1;.3 0 .4 1;0 0 1 1;.6 0 .7 1;0 0 1 1" keyTimes="{times}" '
        'values="-150 0;-150 0;150 0;150 0;460 0;460 0"/>'
    )


def picture() -> str:
    """Return the whole picture as SVG."""
    width, height = SCREEN_PX
    font = "font-family='DejaVu Sans,Verdana,sans-serif'"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 330" role="img"
 aria-label="A drawn person walks up, the camera estimates 20m, and the sign changes its advertisement at once.">
<defs><clipPath id="lobby"><rect x="20" y="24" width="336" height="252" rx="8"/></clipPath></defs>
<rect width="860" height="330" rx="14" fill="#f5f6f8"/>
<g clip-path="url(#lobby)">
<rect x="20" y="24" width="336" height="252" fill="#d7dde6"/>
<rect x="20" y="232" width="336" height="44" fill="#b9c2cf"/>
<g transform="translate(-150 0)">{walk()}
<path d="M-52 276c0-62 24-92 52-92s52 30 52 92z" fill="#3d5a80"/>
<rect x="-13" y="160" width="26" height="34" fill="#e0b896"/>
<ellipse cy="126" rx="36" ry="44" fill="#efc9a8"/>
<path d="M-38 122c-4-60 80-60 76 0c-8-26-68-26-76 0z" fill="#5b4636"/>
<circle cx="-13" cy="126" r="4" fill="#333"/><circle cx="13" cy="126" r="4" fill="#333"/>
<path d="M-12 148q12 9 24 0" fill="none" stroke="#9c5f4a" stroke-width="3" stroke-linecap="round"/>
</g>
<g opacity="0">{shown(SEEN, WALK_OUT)}
<rect x="108" y="76" width="84" height="100" rx="4" fill="none" stroke="#12a150" stroke-width="3"/>
<rect x="108" y="50" width="58" height="24" rx="4" fill="#12a150"/>
<text x="137" y="67" {font} font-size="15" font-weight="bold" fill="#fff" text-anchor="middle">20m</text></g>
</g>
<rect x="380" y="20" width="{width + 8}" height="{height + 8}" rx="8" fill="#20242b"/>
<image x="384" y="24" width="{width}" height="{height}" href="{screen("house-loop", 2.0)}"/>
<image x="384" y="24" width="{width}" height="{height}" opacity="0"
 href="{screen("trainers", 1.0)}">{shown(ANSWERED, FALLBACK, 0.002)}</image>
<g {font} font-size="16" fill="#4b5563">
<text x="188" y="306" text-anchor="middle">what the camera sees</text>
<text x="608" y="306" text-anchor="middle">what the sign shows</text></g>
</svg>
"""


if __name__ == "__main__":
    PICTURE.write_text(picture())
