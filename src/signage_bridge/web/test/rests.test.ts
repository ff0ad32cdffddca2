import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Rests, TokenBucket } from "../src/rests";

describe("rests", () => {
  function setUp() {
    const clock = { nowMs: 0 };
    return { clock, rests: new Rests(() => clock.nowMs, 1000, 4000) };
  }

  test("what fails rests twice as long each time, up to the longest", () => {
    const { rests } = setUp();
    const lengths = [1, 2, 3, 4, 500, 2000].map(() => {
      rests.begin("a");
      return rests.remainingMs("a");
    });
    assert.deepEqual(lengths, [1000, 2000, 4000, 4000, 4000, 4000]);
  });

  test("a rest ends, and is as short as the first after a success", () => {
    const { clock, rests } = setUp();
    rests.begin("a");
    rests.begin("a");
    clock.nowMs = 1999;
    assert.ok(rests.has("a") && !rests.has("b"));
    clock.nowMs = 2000;
    assert.ok(!rests.has("a"));
    rests.end("a");
    rests.begin("a");
    assert.equal(rests.remainingMs("a"), 1000);
  });

  test("all may be tried again", () => {
    const { rests } = setUp();
    rests.begin("a");
    rests.clear();
    assert.ok(!rests.has("a"));
  });
});

test("a bucket lets a burst through and then a steady rate", () => {
  let nowMs = 0;
  const bucket = new TokenBucket(() => nowMs, 2, 500);
  assert.deepEqual([bucket.take(), bucket.take(), bucket.take()], [0, 0, 500]);
  nowMs = 200;
  assert.equal(bucket.take(), 300);
  nowMs = 500;
  assert.deepEqual([bucket.take(), bucket.take()], [0, 500]);
  nowMs = 60_000;
  assert.deepEqual([bucket.take(), bucket.take(), bucket.take()], [0, 0, 500]);
});
