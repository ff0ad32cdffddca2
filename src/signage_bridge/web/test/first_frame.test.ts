import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  FIRST_FRAME_TIMEOUT_MS,
  type FilmFacts,
  type FirstFrame,
  FirstFrameWait,
  judgePicture,
  type Picture,
} from "../src/first_frame";
import { FakeTimers } from "./fakes";

describe("first frame", () => {
  function setUp(...looks: Picture[]) {
    const timers = new FakeTimers();
    const swaps: FirstFrame[] = [];
    const missing: number[] = [];
    const wait = new FirstFrameWait(
      timers,
      () => looks.shift() ?? "there",
      (frame) => swaps.push(frame),
      () => missing.push(timers.nowMs()),
    );
    return { timers, swaps, missing, wait };
  }

  test("the first frame swaps, once", () => {
    const { timers, swaps, wait } = setUp();
    wait.onPlaying();
    wait.onFrame(17);
    wait.onFrame(50);
    timers.pass(10_000);
    assert.deepEqual(swaps, [{ atMs: 17, isSeen: true }]);
  });

  test("without a frame the swap comes at the limit after playing", () => {
    const { timers, swaps, wait } = setUp();
    timers.pass(100);
    wait.onPlaying();
    timers.pass(FIRST_FRAME_TIMEOUT_MS - 1);
    wait.onPlaying();
    assert.deepEqual(swaps, []);
    timers.pass(1);
    assert.deepEqual(swaps, [{ atMs: 100 + FIRST_FRAME_TIMEOUT_MS, isSeen: false }]);
  });

  test("a film that does not play does not swap, nor does one that was cancelled", () => {
    const { timers, swaps, wait } = setUp();
    timers.pass(60_000);
    wait.onPlaying();
    wait.cancel();
    wait.onFrame(60_001);
    timers.pass(60_000);
    assert.deepEqual(swaps, []);
  });

  test("a film whose picture is still decoded is looked at again", () => {
    const { timers, swaps, wait } = setUp("awaited", "awaited", "there");
    wait.onPlaying();
    timers.pass(3 * FIRST_FRAME_TIMEOUT_MS - 1);
    assert.deepEqual(swaps, []);
    timers.pass(1);
    assert.deepEqual(swaps, [{ atMs: 3 * FIRST_FRAME_TIMEOUT_MS, isSeen: false }]);
  });

  test("a film without a picture is told of once, and does not swap", () => {
    const { timers, swaps, missing, wait } = setUp("awaited", "missing");
    wait.onPlaying();
    timers.pass(60_000);
    wait.onFrame(60_000);
    assert.deepEqual([swaps, missing], [[], [2 * FIRST_FRAME_TIMEOUT_MS]]);
    assert.equal(timers.size, 0);
  });
});

describe("picture", () => {
  const FACTS: FilmFacts = { widthPx: 320, frames: 1, hasEnded: false, isHidden: false };
  const TABLE: [string, Partial<FilmFacts>, Picture][] = [
    ["frames were decoded", {}, "there"],
    ["frames were decoded and that was all", { hasEnded: true }, "there"],
    ["no frame yet", { frames: 0 }, "awaited"],
    ["no frame, and nothing follows", { frames: 0, hasEnded: true }, "missing"],
    ["sound alone", { widthPx: 0, frames: 0 }, "missing"],
    ["sound alone on a hidden page", { widthPx: 0, frames: 0, isHidden: true }, "missing"],
    ["a hidden page decodes nothing", { frames: 0, isHidden: true }, "there"],
    ["a hidden page, to the end", { frames: 0, isHidden: true, hasEnded: true }, "there"],
    ["a browser that does not count", { frames: undefined }, "there"],
  ];
  for (const [what, facts, expected] of TABLE)
    test(`${what}: ${expected}`, () => assert.equal(judgePicture({ ...FACTS, ...facts }), expected));
});
