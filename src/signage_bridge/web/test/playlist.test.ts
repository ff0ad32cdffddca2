import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdSelection } from "../src/messages";
import { housePlaylistOf, isSamePlaylist, mediaKindOf, playlistOf, Rotation } from "../src/playlist";

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
