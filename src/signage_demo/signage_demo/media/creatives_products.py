"""The products of the demo creatives, drawn from paths."""

from __future__ import annotations

import numpy as np

from signage_demo.media.creatives_paint import Canvas, FloatArray, box, linear, oval, radial, solid, trace

_WHITE = solid("#ffffff")
_BLACK = solid("#000000")


def trainer() -> FloatArray:
    """Draw a running shoe seen from the side, toe to the right: 720 x 440."""
    upper = trace(
        "M70,300 C52,240 66,170 100,112 C110,96 134,96 148,112 C186,152 240,150 282,108 L304,82 C316,70 334,74 340,88 "
        "L362,126 C400,182 480,226 560,240 C622,252 664,268 668,312 C500,330 240,330 70,300 Z"
    )
    sole = trace(
        "M44,300 C40,350 70,378 130,378 L560,378 C640,378 684,352 690,312 C691,298 676,294 650,298 "
        "C480,318 240,316 80,288 C56,284 45,288 44,300 Z"
    )
    outsole = trace(
        "M60,352 C74,376 100,384 140,384 L560,384 C622,384 664,368 682,342 "
        "C650,362 610,366 556,366 L140,366 C104,366 78,362 60,352 Z"
    )
    toe = trace("M520,330 C520,280 540,250 566,238 C626,250 668,268 672,320 Z")
    heel = trace("M60,310 C46,240 66,160 104,104 C124,130 130,160 126,200 C122,250 130,290 150,330 Z")
    flash = trace("M150,300 C250,300 330,262 384,176 L428,206 C390,270 330,312 240,322 Z")
    collar = trace("M104,112 C112,98 134,98 146,112 C186,152 240,150 282,108 L298,122 C250,176 170,176 128,136 Z")
    tongue = trace("M282,110 L306,80 C318,70 332,76 338,90 L352,116 L316,148 Z")
    panels = Canvas(720, 440)
    panels.fill(upper, linear((100, 90), (520, 340), "#ffffff", "#f4f1ee", "#d9d4d2"))
    panels.fill(heel, linear((60, 100), (150, 320), "#ff5a2b", "#d42a12"))
    panels.fill(toe, linear((520, 240), (660, 320), "#ff6a33", "#d8300f"))
    panels.fill(flash, linear((150, 320), (420, 180), "#c61f0d", "#ff5a2b"))
    panels.stroke(trace("M84,290 C240,316 480,318 664,300"), 16, _BLACK, 0.16, blur=9)
    shoe = Canvas(720, 440)
    shoe.fill(oval(368, 402, 320, 16), _BLACK, 0.5, blur=12)
    shoe.fill(upper, linear((100, 90), (520, 340), "#ffffff", "#d9d4d2")).within(upper, panels)
    shoe.fill(tongue, linear((290, 90), (350, 140), "#3a2a2a", "#1c1414"))
    shoe.fill(collar, linear((110, 100), (280, 170), "#3a2a2a", "#160e0e"))
    for i in range(5):
        x, y = 338 + 36 * i, 138 + 23 * i - (0.8 * i * i)
        lace = trace(f"M{x - 26},{y + 30} C{x - 10},{y + 8} {x + 4},{y - 2} {x + 22},{y - 2}")
        shoe.stroke(lace + np.array([1, 3], np.float32), 8, _BLACK, 0.22, blur=2).stroke(
            lace, 7.5, linear((0, 100), (0, 260), "#ff7a45", "#e0401a")
        )
    shoe.fill(sole, linear((0, 290), (0, 384), "#ffffff", "#f3ece8", "#cfc6c2"))
    shoe.stroke(trace("M64,330 C240,352 500,354 680,326"), 3.5, solid("#e0401a"), 0.9)
    return shoe.fill(outsole, solid("#2a1512")).rgba


def perfume() -> FloatArray:
    """Draw a bottle of perfume: 460 x 600."""
    glass, liquid, cap = box(90, 210, 280, 340, 40), box(112, 300, 236, 230, 26), box(166, 60, 128, 112, 12)
    bottle = Canvas(460, 600)
    bottle.fill(oval(230, 560, 170, 16), solid("#5a1838"), 0.45, blur=14)
    bottle.fill(box(196, 168, 68, 48, 6), linear((196, 0), (264, 0), "#8a5a2c", "#f6dca8", "#a87438"))
    bottle.fill(glass, linear((90, 0), (370, 0), "#ffe9f1", "#fff8fa", "#f7bfd3", "#ffeaf2"), 0.86)
    bottle.fill(liquid, linear((0, 300), (0, 530), "#ffb48f", "#f0648c", "#b92c63"), 0.94)
    bottle.fill(box(112, 296, 236, 12, 6), _WHITE, 0.6, blur=2)
    bottle.stroke(glass, 3, _WHITE, 0.9, closed=True)
    bottle.fill(box(106, 232, 14, 296, 7), _WHITE, 0.75, blur=3)
    bottle.fill(box(332, 250, 22, 260, 10), _WHITE, 0.3, blur=5)
    bottle.fill(box(150, 372, 160, 96, 4), solid("#fff6f3"), 0.94)
    bottle.stroke(box(157, 379, 146, 82, 2), 1.2, solid("#b58246"), 0.9, closed=True)
    for i, width in enumerate((70, 42)):
        bottle.stroke(
            trace(f"M{230 - width / 2},{410 + 22 * i} L{230 + width / 2},{410 + 22 * i}"), 3.5 - i, solid("#8c2650")
        )
    bottle.fill(cap, linear((166, 0), (294, 0), "#8f5f2e", "#f9e4b6", "#d9ab62", "#fff0cc", "#94622f"))
    return bottle.fill(box(166, 60, 128, 16, 10), _WHITE, 0.45, blur=3).rgba


def watch() -> FloatArray:
    """Draw a wristwatch without its hands, the middle of the dial in the middle: 640 x 720."""
    strap = linear((200, 0), (440, 0), "#2a1a10", "#6b4428", "#54341e", "#2a1a10")
    gold = linear((120, 160), (520, 560), "#fff0c4", "#c99a48", "#7a5320", "#f1d18a", "#8c6228")
    piece = Canvas(640, 720)
    for path in (
        "M236,200 C240,120 252,60 258,-20 L382,-20 C388,60 400,120 404,200 Z",
        "M236,520 C240,600 252,660 258,740 L382,740 C388,660 400,600 404,520 Z",
    ):
        piece.fill(trace(path), strap)
    for x in (266, 374):
        for y in range(-10, 740, 18):
            if not 170 < y < 550:
                piece.stroke(trace(f"M{x},{y} L{x},{y + 9}"), 2.5, solid("#d8b27c"), 0.7)
    piece.fill(oval(320, 366, 214, 214), _BLACK, 0.55, blur=18)
    piece.fill(box(520, 344, 34, 32, 8), gold).fill(oval(320, 360, 206, 206), gold)
    piece.fill(oval(320, 360, 184, 184), linear((180, 200), (460, 520), "#6d4a1c", "#ffe9b4", "#a8782f"))
    piece.fill(oval(320, 360, 176, 176), radial((290, 310), 300, "#12604e", "#0a3d34", "#041c19"))
    for i in range(60):
        angle = np.radians(6 * i)
        inner, width = (132, 7) if i % 15 == 0 else (142, 5) if i % 5 == 0 else (158, 1.6)
        ends = np.array([[np.sin(angle) * r + 320, 360 - np.cos(angle) * r] for r in (inner, 164)], np.float32)
        piece.stroke(ends, width, solid("#f4dca2"), 1.0 if i % 5 == 0 else 0.6)
    for hand_degrees, length, width in ((304, 84, 12), (52, 128, 8)):
        angle = np.radians(hand_degrees)
        ends = np.array([[320, 360], [np.sin(angle) * length + 320, 360 - np.cos(angle) * length]], np.float32)
        piece.stroke(ends + np.array([3, 7], np.float32), width, _BLACK, 0.4, blur=4)
        piece.stroke(ends, width, solid("#fbe8b8"))
        piece.stroke(ends, width * 0.3, solid("#b98a3c"))
    return piece.fill(oval(320, 360, 13, 13), solid("#d9b060")).rgba


def second_hand() -> FloatArray:
    """Draw the watch's second hand at twelve o'clock, its axis in the middle: 360 x 360."""
    hand = Canvas(360, 360)
    hand.stroke(trace("M180,226 L180,22"), 3.6, solid("#ff6b4a"))
    hand.stroke(trace("M180,226 L180,196"), 8, solid("#ff6b4a"))
    return hand.fill(oval(180, 180, 8, 8), solid("#ff6b4a")).fill(oval(180, 180, 3, 3), solid("#5a1c10")).rgba


def headphones() -> FloatArray:
    """Draw headphones seen from the front: 640 x 640."""
    metal = linear((120, 60), (520, 300), "#f2f4ff", "#9aa3d8", "#e9ecff", "#6a72b8")
    pair = Canvas(640, 640)
    arc = oval(320, 330, 214, 236, 180, 360)
    pair.stroke(arc, 44, linear((0, 80), (0, 340), "#2c2f63", "#14163c")).stroke(
        arc - np.array([0, 6], np.float32), 16, metal
    )
    pair.stroke(oval(320, 334, 200, 216, 208, 332), 26, linear((0, 100), (0, 240), "#4a4fa0", "#23265c"))
    for side in (-1, 1):
        x = 320 + side * 214
        shell, cushion = box(x - 56 + side * 22, 306, 112, 236, 56), box(x - 34 - side * 42, 300, 68, 248, 34)
        pair.fill(box(x - 11, 270, 22, 70, 10), metal)
        pair.fill(cushion, linear((x - 60, 0), (x + 60, 0), "#14163c", "#3d4190", "#14163c"))
        pair.fill(shell, linear((x - 70, 300), (x + 80, 540), "#ffffff", "#b9c0f2", "#5f67b4"))
        pair.stroke(shell, 2, _WHITE, 0.5, closed=True)
        pair.fill(box(x - 32 + side * 26, 352, 64, 144, 32), linear((0, 350), (0, 496), "#2b2e68", "#5960b8"))
        pair.stroke(box(x - 32 + side * 26, 352, 64, 144, 32), 3, solid("#66f0ff"), 0.9, closed=True)
        pair.fill(box(x - 48 + side * 22, 330, 12, 180, 6), _WHITE, 0.55, blur=3)
    return pair.rgba


def coffee() -> FloatArray:
    """Draw a cup of coffee on its saucer: 640 x 520."""
    body = trace("M110,150 C112,300 150,420 230,440 L370,440 C450,420 488,300 490,150 Z")
    glaze = linear((110, 0), (490, 0), "#1d5a58", "#3c9a92", "#2b7a74", "#0f3a3b")
    cup = Canvas(640, 520)
    cup.fill(oval(306, 478, 270, 26), solid("#2a140a"), 0.5, blur=12)
    cup.fill(oval(300, 452, 262, 40), linear((40, 0), (560, 0), "#e8d6bd", "#fffaf0", "#c9b090"))
    cup.fill(oval(300, 446, 196, 22), solid("#b79a78"), 0.7, blur=3)
    cup.stroke(
        trace("M470,200 C560,180 590,240 566,296 C544,346 490,360 446,352"),
        32,
        linear((460, 0), (590, 0), "#2b7a74", "#14494a"),
    )
    cup.stroke(trace("M474,194 C556,176 580,230 562,280"), 6, _WHITE, 0.35, blur=2)
    cup.fill(body, glaze).fill(box(150, 180, 30, 190, 15), _WHITE, 0.3, blur=9)
    cup.fill(oval(300, 150, 190, 46), linear((110, 0), (490, 0), "#2f8a84", "#8fd6cc", "#2f8a84"))
    cup.fill(oval(300, 154, 174, 38), linear((0, 116), (0, 192), "#3b1d0c", "#8a5128", "#c98a4e"))
    return cup.fill(oval(268, 164, 84, 13), solid("#f0c78e"), 0.65, blur=7).rgba
