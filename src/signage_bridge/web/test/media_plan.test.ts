import assert from "node:assert/strict";
import { test } from "node:test";
import { digestsToEvict, fetchOrder, ranksOf, roomFor } from "../src/media_plan";
import type { Manifest } from "../src/playlist";

const entry = (digest: string, bytes: number, usedMs: number) => ({ digest, bytes, usedMs });
const creative = (name: string, bytes = 4) => ({
  name,
  url: `/media/${name}`,
  duration_s: 8,
  bytes,
  digest: `d-${name}`,
});
const manifest = (...names: string[]): Manifest => ({
  creatives: names.map((name) => creative(name)),
  fallback: ["house"],
});

test("what the manifest no longer has goes first, then the oldest, and no more than needed", () => {
  const stored = [entry("a", 10, 1), entry("old", 10, 9), entry("b", 10, 2), entry("c", 10, 3)];
  const wanted = new Set(["a", "b", "c"]);
  assert.deepEqual(digestsToEvict(stored, wanted, 40), []);
  assert.deepEqual(digestsToEvict(stored, wanted, 30), ["old"]);
  assert.deepEqual(digestsToEvict(stored, wanted, 15), ["old", "a", "b"]);
});

test("the house playlist is fetched first", () => {
  const names = fetchOrder(manifest("shoe", "house", "watch")).map(({ name }) => name);
  assert.deepEqual(names, ["house", "shoe", "watch"]);
});

test("what is shown now is fetched after the house playlist and before the rest", () => {
  const names = fetchOrder(manifest("shoe", "house", "watch"), new Set(["/media/watch"])).map(({ name }) => name);
  assert.deepEqual(names, ["house", "watch", "shoe"]);
});

test("the content of a manifest is ranked", () => {
  const { house, lasting, all } = ranksOf(manifest("shoe", "house", "watch"), new Set(["/media/watch", "/media/gone"]));
  assert.deepEqual([...house], ["d-house"]);
  assert.deepEqual([...lasting], ["d-house", "d-watch"]);
  assert.deepEqual([...all], ["d-shoe", "d-house", "d-watch"]);
});

const STORED = [entry("d-shoe", 4, 2), entry("d-watch", 4, 1), entry("d-old", 4, 3)];
const ROOM: [string, string, number, number, string[] | undefined][] = [
  ["there is room", "coffee", 4, 16, []],
  ["what left the catalogue goes", "coffee", 4, 12, ["d-old"]],
  ["what is of the catalogue stays", "coffee", 5, 12, undefined],
  ["the house drives out the oldest", "house", 4, 8, ["d-old", "d-watch"]],
  ["but not what is shown", "house", 4, 8, ["d-old", "d-watch"]],
  ["and not for nothing", "house", 5, 8, undefined],
];
for (const [what, name, bytes, budgetBytes, expected] of ROOM)
  test(`room for a creative: ${what}`, () => {
    const ranks = ranksOf(manifest("shoe", "watch", "coffee", "house"), new Set(["/media/shoe"]));
    assert.deepEqual(roomFor(creative(name, bytes), STORED, ranks, budgetBytes), expected);
  });
