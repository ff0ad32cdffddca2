import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdSelection } from "../src/messages";
import { mergeDiagnostics, type OverlayData, overlayRows } from "../src/debug_overlay";
import { measureLatency } from "../src/playback";
import type { Showing } from "../src/player";

const time = (sec: number) => ({ sec, nanosec: 0 });
const SELECTION = {
  campaign: "spring",
  estimation: "20f",
  reason: "spring matches 20f",
  arrived: time(99),
  captured: time(100),
} as AdSelection;
const ITEM = { creative: "shoe", url: "/media/shoe", durationS: 8, kind: "video" as const };
const SHOWING: Showing = {
  playId: "p1",
  item: ITEM,
  playlist: { items: [ITEM], isHouse: false, episode: "e1", selection: SELECTION },
};
const DATA: OverlayData = {
  device: "deeplens1",
  screen: "lobby",
  creative: "shoe",
  playId: "p1",
  episode: "e1",
  url: "ws://sign:9090/",
  state: "targeted",
  connection: "connected",
  attempts: 1,
  showing: SHOWING,
  latency: undefined,
  presence: undefined,
  diagnostics: new Map(),
  reportsWaiting: 1,
  reportsAccepted: 4,
  reportsRefused: 0,
  reportsProblem: "",
  mediaKept: 5,
  mediaTotal: 6,
};

const text = (over: Partial<OverlayData>, label: string): string | undefined =>
  overlayRows({ ...DATA, ...over }).find((row) => row.label === label)?.value;

test("connection", () => {
  assert.equal(text({}, "connection"), "connected to ws://sign:9090/");
  assert.equal(
    text({ connection: "disconnected", attempts: 3 }, "connection"),
    "disconnected: ws://sign:9090/, 3 attempts",
  );
});

test("advertisement and reason", () => {
  assert.equal(text({}, "advertisement"), "shoe, spring, 20f, e1");
  assert.equal(text({}, "reason"), "spring matches 20f");
  assert.equal(text({ showing: undefined }, "advertisement"), "nothing");
  const house = { ...SHOWING, playlist: { items: [ITEM], isHouse: true, episode: "" } };
  assert.equal(text({ showing: house }, "advertisement"), "shoe, house playlist");
});

test("latency from capture, arrival and message to paint", () => {
  const latency = measureLatency(SHOWING, 100_250, 31);
  assert.equal(
    text({ latency }, "latency"),
    "captured to painted 250 ms, arrived to painted 1250 ms, message to painted 31 ms (shoe)",
  );
  assert.equal(text({}, "latency"), "-");
  const unknown = { ...SELECTION, arrived: time(0) };
  const playlist = { ...SHOWING.playlist, selection: unknown };
  assert.equal(measureLatency({ ...SHOWING, playlist }, 100_250, 31)?.arrivedToPaintedMs, undefined);
  const { selection: _, ...unasked } = SHOWING.playlist;
  assert.equal(measureLatency({ ...SHOWING, playlist: unasked }, 100_250, 31), undefined);
});

test("reports, those that were refused only if there are any, and why they wait", () => {
  assert.equal(text({}, "reports"), "4 delivered, 1 waiting");
  assert.equal(text({ reportsRefused: 2 }, "reports"), "4 delivered, 1 waiting, 2 refused");
  assert.equal(text({ reportsProblem: "journal: disk full" }, "reports"), "4 delivered, 1 waiting: journal: disk full");
});

test("presence", () => {
  const presence = { episode: "e1", event: 1, watchers: 1, in_sight: 0, estimation: "20f" };
  assert.equal(text({ presence }, "presence"), "1 watcher, 20f, e1");
  assert.equal(text({ presence: { ...presence, watchers: 3 } }, "presence"), "3 watchers, 20f, e1");
  assert.equal(
    text({ presence: { ...presence, watchers: 0, in_sight: 2 } }, "presence"),
    "0 watchers, 2 more in sight, 20f, e1",
  );
  assert.equal(text({ presence: { ...presence, event: 3 } }, "presence"), "nobody");
});

test("diagnostics by node, the newest of each", () => {
  const first = mergeDiagnostics(new Map(), {
    status: [
      { level: 0, name: "camera", message: "30 fps" },
      { level: "Aw==", name: "faces", message: "silent" },
    ],
  });
  const diagnostics = mergeDiagnostics(first, { status: [{ level: "Ag==", name: "camera", message: "no frames" }] });
  assert.equal(text({ diagnostics }, "camera"), "error: no frames");
  assert.equal(text({ diagnostics }, "faces"), "stale: silent");
});
