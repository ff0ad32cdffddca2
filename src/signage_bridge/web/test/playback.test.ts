import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { type AdPlayback, type AdSelection, PlaybackEvent } from "../src/messages";
import { Playback, TARGETED_AFTER_CUT_MS } from "../src/playback";
import type { Manifest } from "../src/playlist";
import type { Delivery } from "../src/reports";
import { ExitReports, MemoryReports, MemoryValues, type PageStores } from "../src/storage";
import { FakeSlot, FakeStorage, FakeTimers, MemoryBlobs, settle } from "./fakes";

const HOUSE = { name: "house", url: "/media/house.webm", duration_s: 8, bytes: 4, digest: "d" };
const MANIFEST: Manifest = { creatives: [HOUSE], fallback: ["house"] };
const SELECTION = {
  episode: "e1",
  creative: "shoe",
  url: "/media/shoe.webm",
  fallback: false,
  arrived: { sec: 0, nanosec: 0 },
  captured: { sec: 1, nanosec: 0 },
  decided: { sec: 1, nanosec: 0 },
  creatives: ["shoe"],
  urls: ["/media/shoe.webm"],
  durations_s: [8],
} as unknown as AdSelection;

// The bridge is away, so the page lives on what it saw last.
mock.method(console, "warn", () => undefined);
mock.method(globalThis, "fetch", async () => new Response("", { status: 503 }));

/** Return a delivery that answers each report for itself. */
function delivery(answer: (report: AdPlayback) => string): Delivery {
  return { most: 50, unhurried: 50, pauseMs: 0, deliver: async (reports) => reports.map(answer) };
}

async function setUp() {
  const stores: PageStores = {
    blobs: new MemoryBlobs(),
    reports: new MemoryReports(),
    values: new MemoryValues(),
    exitReports: new ExitReports(new FakeStorage(), "k"),
  };
  await stores.values.set("manifest", MANIFEST);
  const slots: [FakeSlot, FakeSlot] = [new FakeSlot(), new FakeSlot()];
  const timers = new FakeTimers();
  const reporter = { device: "deeplens1", screen: "lobby" };
  const playback = new Playback({ stores, slots, timers, reporter: () => reporter, changed: () => undefined });
  return { playback, stores, slots, timers, reporter };
}

test("a selection that came is shown, measured and reported", async () => {
  const { playback, slots, timers } = await setUp();
  const delivered: AdPlayback[] = [];
  playback.onConnected(
    delivery((report) => {
      delivered.push(report);
      return "";
    }),
  );
  assert.equal(playback.shown, "nothing");
  playback.show(SELECTION);
  timers.pass(30);
  slots[0].paint(31);
  await settle();
  assert.equal(playback.shown, "targeted");
  assert.equal(playback.status.latency?.messageToPaintedMs, 31);
  const [report] = delivered;
  assert.deepEqual(
    [report?.device, report?.screen, report?.creative, report?.episode, report?.event],
    ["deeplens1", "lobby", "shoe", "e1", PlaybackEvent.STARTED],
  );
  assert.equal(report?.play_id, playback.status.playId);
  assert.deepEqual([playback.status.reportsAccepted, playback.status.reportsWaiting], [1, 0]);
});

test("the house playlist of the last manifest is shown while the bridge is away", async () => {
  const { playback, slots } = await setUp();
  await playback.refreshMedia();
  slots[0].paint(1);
  assert.equal(playback.shown, "house");
  assert.equal(playback.status.creative, "house");
  assert.equal(playback.status.latency, undefined);
  assert.deepEqual([playback.status.mediaKept, playback.status.mediaTotal], [0, 1]);
});

test("what can't be shown at all is said", async () => {
  const { playback, slots } = await setUp();
  playback.show(SELECTION);
  slots[0].events?.failed("no");
  assert.deepEqual([playback.shown, playback.hasFailed], ["nothing", true]);
});

test("after a cut an answer gives way to the house playlist, unless the connection is back by then", async () => {
  const { playback, slots, timers } = await setUp();
  await playback.refreshMedia();
  playback.show(SELECTION);
  slots[0].paint(1);
  playback.onDisconnected();
  timers.pass(TARGETED_AFTER_CUT_MS - 1);
  playback.onConnected(delivery(() => ""));
  timers.pass(TARGETED_AFTER_CUT_MS);
  assert.ok(!slots[1].log.includes("start /media/house.webm"));
  playback.onDisconnected();
  timers.pass(TARGETED_AFTER_CUT_MS - 1);
  playback.onDisconnected();
  timers.pass(1);
  slots[1].paint(2);
  assert.equal(playback.shown, "house");
});

test("a report that is refused is counted, and its reason said", async () => {
  const { playback, slots } = await setUp();
  playback.onConnected(delivery(() => "no such creative"));
  playback.show(SELECTION);
  slots[0].paint(1);
  await settle();
  const { reportsAccepted, reportsRefused, reportsProblem } = playback.status;
  assert.deepEqual([reportsAccepted, reportsRefused, reportsProblem], [0, 1, "no such creative"]);
});

test("leaving the page saves a report, which the next page takes up", async () => {
  const { playback, slots, stores } = await setUp();
  playback.exit();
  playback.show(SELECTION);
  slots[0].paint(1);
  await settle();
  playback.exit();
  assert.equal(await stores.reports.count(), 1);
  await playback.restore();
  await settle();
  await stores.reports.remove(1);
  const [saved] = (await stores.reports.oldest(1)).map(({ report }) => report);
  assert.deepEqual([saved?.event, saved?.detail], [PlaybackEvent.INTERRUPTED, "the page was left"]);
  assert.deepEqual(stores.exitReports.list(), []);
});
