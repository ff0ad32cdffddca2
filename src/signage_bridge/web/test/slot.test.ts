import assert from "node:assert/strict";
import { test } from "node:test";
import { type FirstFrame, LONGEST_WAIT_MS, SwapRule } from "../src/swap";
import { FakeTimers } from "./fakes";

function setUp(): { timers: FakeTimers; swaps: FirstFrame[]; rule: SwapRule } {
  const timers = new FakeTimers();
  const swaps: FirstFrame[] = [];
  return { timers, swaps, rule: new SwapRule(timers, (frame) => swaps.push(frame)) };
}

test("the first frame swaps, once", () => {
  const { timers, swaps, rule } = setUp();
  rule.onPlaying();
  rule.onFrame(17);
  rule.onFrame(50);
  timers.pass(10_000);
  assert.deepEqual(swaps, [{ atMs: 17, seen: true }]);
});

test("without a frame the swap comes at the limit after playing", () => {
  const { timers, swaps, rule } = setUp();
  timers.pass(100);
  rule.onPlaying();
  timers.pass(LONGEST_WAIT_MS - 1);
  rule.onPlaying();
  assert.deepEqual(swaps, []);
  timers.pass(1);
  assert.deepEqual(swaps, [{ atMs: 100 + LONGEST_WAIT_MS, seen: false }]);
});

test("a film that does not play does not swap, nor does one that was cancelled", () => {
  const { timers, swaps, rule } = setUp();
  timers.pass(60_000);
  rule.onPlaying();
  rule.cancel();
  rule.onFrame(60_001);
  timers.pass(60_000);
  assert.deepEqual(swaps, []);
});
