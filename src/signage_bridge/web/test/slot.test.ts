import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FIRST_FRAME_TIMEOUT_MS, type FirstFrame, FirstFrameWait, objectFit } from "../src/slot";
import { FakeTimers } from "./fakes";

describe("first frame", () => {
  function setUp(): { timers: FakeTimers; swaps: FirstFrame[]; wait: FirstFrameWait } {
    const timers = new FakeTimers();
    const swaps: FirstFrame[] = [];
    return { timers, swaps, wait: new FirstFrameWait(timers, (frame) => swaps.push(frame)) };
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
});

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
