import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { objectFit } from "../src/slot";

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
