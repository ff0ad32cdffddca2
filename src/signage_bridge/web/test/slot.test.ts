import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isCutShort, objectFit } from "../src/slot";

describe("fit", () => {
  for (const [screen, expected] of [
    [[1920, 1080], "cover"],
    [[1920, 1200], "cover"],
    [[1024, 768], "contain"],
    [[1080, 1920], "contain"],
    [[2560, 1080], "contain"],
  ] as const) {
    test(`a 16:9 film on ${screen[0]}x${screen[1]}: ${expected}`, () => {
      assert.equal(objectFit(1280, 720, screen[0], screen[1]), expected);
    });
  }
});

describe("a film that has ended", () => {
  for (const [shownMs, saidMs, expected] of [
    [500, 10_000, true],
    [840, 3_000, true],
    [2_000, 3_000, true],
    [2_300, 3_000, false],
    [3_000, 3_000, false],
    [9_000, 3_000, false],
    [40, 40, false],
    [10, 500, false],
    [1, Number.POSITIVE_INFINITY, false],
    [1, Number.NaN, false],
  ] as const) {
    test(`${shownMs} ms of ${saidMs} is ${expected ? "" : "not "}cut short`, () => {
      assert.equal(isCutShort(shownMs, saidMs), expected);
    });
  }
});
