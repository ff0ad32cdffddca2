import assert from "node:assert/strict";
import { test } from "node:test";
import { TOLERANCE_MS, toEpochMs, toTime, WallClock, within } from "../src/clock";
import { FakeTimers, settle } from "./fakes";

test("milliseconds become seconds and nanoseconds", () => {
  assert.deepEqual(toTime(1_700_000_000_123.456), { sec: 1_700_000_000, nanosec: 123_456_000 });
  assert.deepEqual(toTime(1999.9999), { sec: 2, nanosec: 0 });
});

test("a time comes back as milliseconds", () => {
  assert.equal(toEpochMs({ sec: 5, nanosec: 250_000_000 }), 5250);
});

test("the wall time of a moment of the page's clock follows the system's, but not its jitter", () => {
  let wallMs = 1_700_000_000_000;
  const clock = new WallClock(
    () => 1000,
    () => wallMs,
  );
  assert.equal(clock.at(900), 1_699_999_999_900);
  wallMs += TOLERANCE_MS;
  assert.equal(clock.at(900), 1_699_999_999_900);
  wallMs += 1;
  assert.equal(clock.at(900), 1_699_999_999_900 + TOLERANCE_MS + 1);
});

test("nothing is waited for without an end", async () => {
  const timers = new FakeTimers();
  const ends: string[] = [];
  const note = (promise: Promise<string>): void => {
    within(timers, 1000, "it", promise).then(
      (value) => ends.push(value),
      (error: Error) => ends.push(error.message),
    );
  };
  note(new Promise(() => undefined));
  note(Promise.resolve("came"));
  note(Promise.reject(new Error("failed")));
  await settle();
  assert.deepEqual([ends, timers.size], [["came", "failed"], 1]);
  timers.pass(1000);
  await settle();
  assert.deepEqual(ends, ["came", "failed", "it: nothing within 1 s"]);
});
