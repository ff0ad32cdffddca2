import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../src/backoff";

const delays = (random: () => number, count: number): number[] => {
  const backoff = new Backoff({ firstMs: 250, longestMs: 8000, random });
  return Array.from({ length: count }, () => backoff.next());
};

test("delays double up to the longest", () => {
  assert.deepEqual(
    delays(() => 1, 8),
    [250, 500, 1000, 2000, 4000, 8000, 8000, 8000],
  );
});

test("jitter takes up to half of a delay away", () => {
  assert.deepEqual(
    delays(() => 0, 2),
    [125, 250],
  );
});

test("it stays finite for ever and begins again after a reset", () => {
  const backoff = new Backoff({ firstMs: 250, longestMs: 8000, random: () => 1 });
  for (let i = 0; i < 5000; i += 1) assert.ok(backoff.next() <= 8000);
  backoff.reset();
  assert.equal(backoff.next(), 250);
});
