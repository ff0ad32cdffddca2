import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdSelection } from "../src/messages";
import {
  FIRST_REST_MS,
  housePlaylistOf,
  isSamePlaylist,
  LONGEST_REST_MS,
  mediaKindOf,
  playlistOf,
  readManifest,
  Rotation,
} from "../src/playlist";
import { Rests } from "../src/rests";

const ZERO = { sec: 0, nanosec: 0 };

function selection(names: string[], over: Partial<AdSelection> = {}): AdSelection {
  return {
    device: "deeplens1",
    episode: "e1",
    campaign: "spring",
    creative: names[0] ?? "",
    url: `/media/${names[0]}.0.webm`,
    fallback: false,
    estimation: "20f",
    reason: "",
    arrived: ZERO,
    captured: ZERO,
    decided: ZERO,
    creatives: names,
    urls: names.map((name) => `/media/${name}.0.webm`),
    durations_s: names.map(() => 8),
    ...over,
  };
}

test("a selection's playlist", () => {
  const playlist = playlistOf(selection(["a", "b"]));
  assert.deepEqual(playlist.items[1], { creative: "b", url: "/media/b.0.webm", durationS: 8, kind: "video" });
  assert.equal(playlist.isHouse, false);
  assert.equal(playlist.episode, "e1");
});

test("a selection without a playlist gives its one creative, and an item without an address none", () => {
  const one = playlistOf(selection([], { creative: "a", url: "/media/a.1.png", creatives: [], urls: [] }));
  assert.deepEqual(one.items, [{ creative: "a", url: "/media/a.1.png", durationS: 10, kind: "picture" }]);
  assert.deepEqual(playlistOf(selection(["a"], { urls: [] })).items, []);
});

test("pictures are known by their names", () => {
  assert.deepEqual(["/a.png", "/a.JPEG", "/a.jpg", "/a.webm", "/a.mp4"].map(mediaKindOf), [
    "picture",
    "picture",
    "picture",
    "video",
    "video",
  ]);
});

test("the house playlist of a manifest leaves out what it does not have", () => {
  const creatives = [{ name: "house", url: "/media/house.0.webm", duration_s: 10, bytes: 1, digest: "0" }];
  const playlist = housePlaylistOf({ creatives, fallback: ["gone", "house"] });
  assert.deepEqual(
    playlist?.items.map((item) => item.creative),
    ["house"],
  );
  assert.equal(housePlaylistOf({ creatives, fallback: [] }), undefined);
});

test("the same message or house playlist again is the same", () => {
  const house = { fallback: true, episode: "" };
  const later = { decided: { sec: 9, nanosec: 0 } };
  const same = (a: AdSelection, b: AdSelection): boolean => isSamePlaylist(playlistOf(a), playlistOf(b));
  assert.ok(same(selection(["a"]), selection(["a"])));
  assert.ok(same(selection(["a"], house), selection(["a"], { ...house, ...later })));
  assert.ok(!same(selection(["a"]), selection(["a"], later)));
  assert.ok(!same(selection(["a"]), selection(["a"], { episode: "e2" })));
  assert.ok(!same(selection(["a"], house), selection(["b"], house)));
});

test("a rotation goes round", () => {
  const rotation = new Rotation(playlistOf(selection(["a", "b"])).items);
  const names = [1, 2, 3].map(() => rotation.next()?.creative);
  assert.deepEqual(names, ["a", "b", "a"]);
  assert.equal(rotation.peek()?.creative, "b");
});

test("a rotation ends when all failed in a row, and not before", () => {
  const rotation = new Rotation(playlistOf(selection(["a", "b"])).items);
  rotation.next();
  rotation.record(false);
  assert.equal(rotation.next()?.creative, "b");
  rotation.record(true);
  rotation.next();
  rotation.record(false);
  rotation.next();
  rotation.record(false);
  assert.equal(rotation.next(), undefined);
  assert.equal(new Rotation([]).next(), undefined);
});

test("a rotation passes over what failed until it has rested", () => {
  let nowMs = 0;
  const rests = new Rests(() => nowMs, FIRST_REST_MS, LONGEST_REST_MS);
  const rotation = new Rotation(playlistOf(selection(["a", "b", "c"])).items, rests);
  const next = (): string | undefined => rotation.next()?.creative;
  assert.equal(next(), "a");
  rotation.record(false);
  assert.deepEqual([next(), next(), next()], ["b", "c", "b"]);
  assert.equal(rotation.peek()?.creative, "c");
  assert.equal(rotation.restMs(), 0);
  nowMs = FIRST_REST_MS;
  assert.deepEqual([next(), next(), next()], ["c", "a", "b"]);
});

test("durations that nobody can show", () => {
  const durationOf = (durationS: number): number | undefined =>
    playlistOf(selection(["a"], { durations_s: [durationS] })).items[0]?.durationS;
  const durations = [Number.NaN, -1, 0, 1e-6, 8, 1e9, Number.POSITIVE_INFINITY, null as unknown as number];
  assert.deepEqual(durations.map(durationOf), [10, 10, 10, 1e-6, 8, 86_400, 86_400, 10]);
});

test("what claims to be a manifest", () => {
  const good = { name: "a", url: "/media/a", duration_s: 8, bytes: 4, digest: "d" };
  for (const value of [null, undefined, 7, "x", [], {}, { creatives: [], fallback: {} }, { creatives: null }])
    assert.throws(() => readManifest(value));
  const bad = [null, 7, {}, { ...good, url: "" }, { ...good, bytes: "4" }, { ...good, digest: undefined }];
  const read = readManifest({ creatives: [...bad, good], fallback: ["a", 7, null], more: 1 });
  assert.deepEqual(read, { creatives: [good], fallback: ["a"] });
});
