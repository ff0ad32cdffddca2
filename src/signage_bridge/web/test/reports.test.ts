import assert from "node:assert/strict";
import { test } from "node:test";
import { playbackOf, printable } from "../src/reports";

test("a report names all that the accounts need", () => {
  const item = { creative: "커피", url: "/media/x", durationS: 8, kind: "video" as const };
  const showing = { playId: "p1", item, programme: { items: [item], house: false, episode: "e1" } };
  const report = playbackOf({ device: "deeplens1", screen: "lobby" }, 4, showing, 1500, `bad\n${"x".repeat(900)}`);
  assert.deepEqual(
    { ...report, detail: "" },
    {
      stamp: { sec: 1, nanosec: 500_000_000 },
      screen: "lobby",
      device: "deeplens1",
      play_id: "p1",
      creative: "커피",
      episode: "e1",
      event: 4,
      detail: "",
    },
  );
  assert.equal(report.detail.length, 200);
});

test("details are printable", () => {
  assert.equal(printable("a\tb\r\nc\u2028d\u00a0e\u0000f\ue000g 커피"), "a b  c d e f g 커피");
});
