import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryReports } from "../src/memory";
import type { AdPlayback } from "../src/messages";
import { BURST, type Outcome, PAUSE_MS, PlaybackQueue, playbackOf, printable, RETRY_MS } from "../src/reports";
import { settle } from "./fakes";

const report = (play_id: string): AdPlayback => ({
  stamp: { sec: 1, nanosec: 0 },
  screen: "lobby",
  device: "deeplens1",
  play_id,
  creative: "shoe",
  episode: "",
  event: 1,
  detail: "",
});

function setUp(most?: number) {
  const store = new MemoryReports();
  const waiting: number[] = [];
  const refused: string[] = [];
  const pauses: number[] = [];
  const pause = async (ms: number): Promise<void> => void pauses.push(ms);
  const events = {
    changed: (count: number) => waiting.push(count),
    refused: ({ play_id }: AdPlayback) => refused.push(play_id),
  };
  return { store, waiting, refused, pauses, queue: new PlaybackQueue(store, pause, events, most) };
}

test("reports wait until they can be delivered, then go in order", async () => {
  const { queue, store, waiting } = setUp();
  const sent: string[] = [];
  await Promise.all(["a", "b", "c"].map((id) => queue.push(report(id))));
  assert.equal(waiting.at(-1), 3);
  queue.attach(async ({ play_id }) => {
    sent.push(play_id);
    return "accepted";
  });
  await settle();
  assert.deepEqual(sent, ["a", "b", "c"]);
  assert.equal(await store.count(), 0);
  assert.equal(queue.accepted, 3);
});

test("a report is kept until the other side has it, over a cut", async () => {
  const { queue, store } = setUp();
  const sent: string[] = [];
  queue.attach(async ({ play_id }) => {
    sent.push(`lost ${play_id}`);
    queue.detach();
    throw new Error("connection closed");
  });
  await queue.push(report("a"));
  await settle();
  assert.equal(await store.count(), 1);
  queue.attach(async ({ play_id }) => {
    sent.push(play_id);
    return "accepted";
  });
  await settle();
  assert.deepEqual(sent, ["lost a", "a"]);
  assert.equal(await store.count(), 0);
});

test("a failure without a cut is tried again after a pause", async () => {
  const { queue, pauses } = setUp();
  let tries = 0;
  queue.attach(async () => {
    tries += 1;
    if (tries < 3) throw new Error("too many messages");
    return "accepted";
  });
  await queue.push(report("a"));
  await settle();
  assert.equal(tries, 3);
  assert.deepEqual(pauses, [RETRY_MS, RETRY_MS]);
});

test("what is refused is told and does not block the rest", async () => {
  const { queue, refused } = setUp();
  const outcomes: Outcome[] = ["refused", "accepted"];
  await queue.push(report("bad"));
  await queue.push(report("good"));
  queue.attach(async () => outcomes.shift() ?? "accepted");
  await settle();
  assert.deepEqual(refused, ["bad"]);
  assert.equal(queue.accepted, 1);
});

test("a long queue goes slowly", async () => {
  const { queue, pauses } = setUp();
  for (let i = 0; i < BURST + 3; i += 1) await queue.push(report(`${i}`));
  queue.attach(async () => "accepted");
  for (let i = 0; i < 20; i += 1) await settle();
  assert.deepEqual(pauses, [PAUSE_MS, PAUSE_MS]);
});

test("the queue is bounded: the oldest goes", async () => {
  const { queue, store, waiting } = setUp(2);
  for (const id of ["a", "b", "c"]) await queue.push(report(id));
  assert.equal((await store.first())?.report.play_id, "b");
  assert.equal(await store.count(), 2);
  assert.deepEqual(waiting, [1, 2, 2]);
});

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
