import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { FIRST_REST_MS, MediaCache } from "../src/media_cache";
import type { Manifest } from "../src/playlist";
import { MemoryBlobs, settle } from "./fakes";

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

function setUp(blobs = new MemoryBlobs(), budgetBytes = 100, memoryBytes = 0) {
  const fetched: string[] = [];
  const freed: string[] = [];
  const clock = { nowMs: 0 };
  const store = new MediaCache({
    blobs,
    fetchMedia: async (url) => {
      fetched.push(url);
      if (url.includes("missing")) throw new Error("404");
      return new Blob([url.includes("short") ? "ab" : "abcd"]);
    },
    toUrl: (blob) => `blob:${blob.size}:${fetched.length}`,
    freeUrl: (url) => freed.push(url),
    nowMs: () => ++clock.nowMs,
    wallNowMs: () => ++clock.nowMs,
    budgetBytes,
    memoryBytes,
  });
  return { store, blobs, fetched, freed, clock };
}

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

const MANY = ["a", "b", "c", "d", "house"];
const quiet = (context: TestContext) => context.mock.method(console, "warn", () => undefined);

/** Take in a manifest again and again, as the page does each minute. */
async function live({ store, clock }: ReturnType<typeof setUp>, ...names: string[]): Promise<void> {
  for (let minute = 0; minute < 10; minute += 1) {
    await store.restore(manifest(...names));
    await store.fetch(manifest(...names));
    clock.nowMs += 60_000;
  }
}

describe("what is fetched once is not fetched again", () => {
  const kept = async (blobs: MemoryBlobs): Promise<string[]> => (await blobs.list()).map(({ digest }) => digest).sort();

  test("a catalogue larger than the budget: house first, the rest in order, what is over streams", async () => {
    const page = setUp(new MemoryBlobs(), 12);
    await live(page, ...MANY);
    assert.deepEqual(page.fetched, ["/media/house", "/media/a", "/media/b"]);
    assert.deepEqual(await kept(page.blobs), ["d-a", "d-b", "d-house"]);
    assert.equal(page.store.sourceOf("/media/d"), "/media/d");
    assert.deepEqual(page.freed, []);
  });

  test("a creative larger than the whole budget streams, the others are kept", async () => {
    const page = setUp(new MemoryBlobs(), 12);
    const creatives = [creative("huge", 1000), creative("a"), creative("house")];
    for (let minute = 0; minute < 3; minute += 1) await page.store.fetch({ creatives, fallback: ["house"] });
    assert.deepEqual(page.fetched, ["/media/house", "/media/a"]);
  });

  test("what is shown now comes before the rest", async () => {
    const page = setUp(new MemoryBlobs(), 8);
    page.store.setShown(["/media/d"]);
    await live(page, ...MANY);
    assert.deepEqual(page.fetched, ["/media/house", "/media/d"]);
    page.store.setShown(["/media/c"]);
    await live(page, ...MANY);
    assert.deepEqual(page.fetched, ["/media/house", "/media/d"]);
  });

  for (const diskBytes of [0, 3, 4, 7, 8, 11, 19]) {
    test(`a disk that is full at ${diskBytes} bytes`, async (context) => {
      quiet(context);
      const page = setUp(new MemoryBlobs(diskBytes), 100);
      await live(page, ...MANY);
      assert.ok(page.fetched.length <= MANY.length + 1, `${page.fetched}`);
      const fetchedOnce = [...page.fetched];
      const written = [...page.blobs.log];
      await live(page, ...MANY);
      assert.deepEqual(page.fetched, fetchedOnce);
      assert.deepEqual(page.blobs.log, written);
      if (diskBytes >= 4) assert.ok((await kept(page.blobs)).includes("d-house"));
    });
  }

  test("a disk that is full: what was fetched is used from memory, within its budget", async (context) => {
    quiet(context);
    const page = setUp(new MemoryBlobs(0), 100, 12);
    await live(page, ...MANY);
    assert.deepEqual(page.fetched, ["/media/house", "/media/a", "/media/b"]);
    assert.equal(page.store.kept, 3);
    assert.match(page.store.sourceOf("/media/house"), /^blob:/);
  });

  test("a disk that is broken: what was fetched is used, and stored once the disk is whole", async (context) => {
    quiet(context);
    const page = setUp(new MemoryBlobs(100, true), 100, 100);
    await live(page, ...MANY);
    assert.deepEqual([page.fetched.length, page.store.kept], [5, 5]);
    page.blobs.isBroken = false;
    page.clock.nowMs += 3_600_000;
    await live(page, ...MANY);
    assert.deepEqual([page.fetched.length, (await kept(page.blobs)).length], [5, 5]);
  });

  test("what fails is tried again, further and further apart, and at once when the network is back", async (context) => {
    quiet(context);
    const page = setUp();
    await live(page, "missing");
    assert.ok(page.fetched.length <= 5, `${page.fetched}`);
    assert.ok(page.fetched.length >= 3);
    const before = page.fetched.length;
    page.store.retryNow();
    await page.store.fetch(manifest("missing"));
    assert.equal(page.fetched.length, before + 1);
    page.clock.nowMs += FIRST_REST_MS;
    await page.store.fetch(manifest("missing"));
    assert.equal(page.fetched.length, before + 2);
  });
});

test("a house playlist that is new drives out others, but not what is shown", async () => {
  const page = setUp(new MemoryBlobs(), 12);
  await live(page, "a", "b", "c");
  page.store.setShown(["/media/a"]);
  await live(page, "a", "b", "c", "house");
  assert.ok(page.store.has("/media/house") && page.store.has("/media/a"));
  assert.equal(page.store.kept, 3);
  assert.deepEqual(page.fetched, ["/media/a", "/media/b", "/media/c", "/media/house"]);
});

test("what is shown is let go of only when it is shown no longer", async () => {
  const { store, freed } = setUp();
  await store.fetch(manifest("shoe", "house"));
  const url = store.sourceOf("/media/shoe");
  store.setShown(["/media/shoe"]);
  await store.restore(manifest("house"));
  assert.deepEqual(freed, []);
  store.setShown(["/media/house"]);
  await store.restore(manifest("house"));
  assert.deepEqual(freed, [url]);
});

test("what was fetched is played from memory while the disk takes its time, and from the disk then", async () => {
  const blobs = new MemoryBlobs();
  const put = blobs.put.bind(blobs);
  let write: () => void = () => undefined;
  blobs.put = async (entry, blob) => {
    await new Promise<void>((resolve) => {
      write = resolve;
    });
    await put(entry, blob);
  };
  const page = setUp(blobs);
  const fetching = page.store.fetch(manifest("house"));
  await settle();
  const inMemory = page.store.sourceOf("/media/house");
  assert.match(inMemory, /^blob:/);
  page.store.setShown(["/media/house"]);
  write();
  await fetching;
  await page.store.restore(manifest("house"));
  assert.deepEqual(page.freed, []);
  page.store.setShown([]);
  await page.store.restore(manifest("house"));
  assert.deepEqual(page.freed, [inMemory]);
  assert.ok(page.store.has("/media/house"));
});

test("content that can't be read any more is let go of", async () => {
  const page = setUp();
  await page.store.fetch(manifest("house"));
  await page.store.recheck("/media/house");
  assert.ok(page.store.has("/media/house"));
  const blob = await page.blobs.get("d-house");
  if (blob) blob.slice = () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) as unknown as Blob;
  await page.store.recheck("/media/house");
  assert.ok(!page.store.has("/media/house"));
  assert.equal(await page.blobs.get("d-house"), undefined);
});

test("two creatives of the same content are fetched once", async () => {
  const page = setUp();
  const twin = { ...creative("b"), digest: "d-a" };
  await page.store.fetch({ creatives: [creative("a"), twin], fallback: [] });
  assert.deepEqual([page.fetched, page.store.kept], [["/media/a"], 2]);
});
