import assert from "node:assert/strict";
import { test } from "node:test";
import { digestsToEvict, fetchOrder, MediaCache } from "../src/media_cache";
import type { Manifest } from "../src/playlist";
import { MemoryBlobs } from "../src/storage";

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

function setUp(blobs = new MemoryBlobs(), budgetBytes = 100) {
  const fetched: string[] = [];
  const freed: string[] = [];
  let now = 0;
  const store = new MediaCache({
    blobs,
    fetchMedia: async (url) => {
      fetched.push(url);
      if (url.includes("missing")) throw new Error("404");
      return new Blob([url.includes("short") ? "ab" : "abcd"]);
    },
    toUrl: (blob) => `blob:${blob.size}:${fetched.length}`,
    freeUrl: (url) => freed.push(url),
    nowMs: () => ++now,
    budgetBytes,
  });
  return { store, blobs, fetched, freed };
}

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

test("what is fetched is played from memory, the rest from the network", async () => {
  const { store } = setUp();
  assert.equal(store.sourceOf("/media/shoe"), "/media/shoe");
  await store.fetch(manifest("shoe", "house"));
  assert.match(store.sourceOf("/media/shoe"), /^blob:/);
  assert.equal(store.kept, 2);
});

test("what an earlier page kept is not fetched again", async () => {
  const { store, blobs } = setUp();
  await store.fetch(manifest("shoe"));
  const later = setUp(blobs);
  await later.store.restore(manifest("shoe", "house"));
  assert.equal(later.store.kept, 1);
  await later.store.fetch(manifest("shoe", "house"));
  assert.deepEqual(later.fetched, ["/media/house"]);
});

test("what can't be fetched, or not whole, does not stop the rest", async (context) => {
  context.mock.method(console, "warn", () => undefined);
  const { store } = setUp();
  await store.fetch(manifest("missing", "short", "shoe"));
  assert.deepEqual(
    [store.has("/media/missing"), store.has("/media/short"), store.has("/media/shoe")],
    [false, false, true],
  );
});

test("a creative that left the catalogue is let go of", async () => {
  const { store, freed } = setUp();
  await store.fetch(manifest("shoe", "house"));
  const url = store.sourceOf("/media/shoe");
  await store.restore(manifest("house"));
  assert.deepEqual(freed, [url]);
  assert.equal(store.sourceOf("/media/shoe"), "/media/shoe");
});

test("no more is kept than the budget allows", async () => {
  const { store, blobs } = setUp(new MemoryBlobs(), 8);
  await store.fetch(manifest("a", "b", "c"));
  const kept = (await blobs.list()).reduce((sum, { bytes }) => sum + bytes, 0);
  assert.equal(kept, 8);
  assert.equal(store.kept, 2);
});
