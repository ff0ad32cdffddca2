import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AdPlayback } from "../src/messages";
import {
  type Answer,
  BURST,
  DELIVERY_TIMEOUT_MS,
  type DeliveryOutcome,
  makeDelivery,
  makeReport,
  PAUSE_MS,
  type ReportChannel,
  ReportQueue,
  RETRY_MS,
  toPrintable,
} from "../src/reports";
import { MemoryReports } from "../src/storage";
import { FakeTimers, settle } from "./fakes";

describe("writing", () => {
  test("a report names all that the accounts need", () => {
    const item = { creative: "커피", url: "/media/x", durationS: 8, kind: "video" as const };
    const showing = { playId: "p1", item, playlist: { items: [item], isHouse: false, episode: "e1" } };
    const report = makeReport({ device: "deeplens1", screen: "lobby" }, 4, showing, 1500, `bad\n${"x".repeat(900)}`);
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
    assert.equal(toPrintable("a\tb\r\nc\u2028d\u00a0e\u0000f\ue000g 커피"), "a b  c d e f g 커피");
  });
});

describe("queue", () => {
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

  function setUp(maxWaiting?: number) {
    const store = new MemoryReports();
    const waiting: number[] = [];
    const refused: string[] = [];
    const pauses: number[] = [];
    const pause = async (ms: number): Promise<void> => void pauses.push(ms);
    const events = {
      changed: (count: number) => waiting.push(count),
      refused: ({ play_id }: AdPlayback) => refused.push(play_id),
    };
    return { store, waiting, refused, pauses, queue: new ReportQueue(store, pause, events, maxWaiting) };
  }

  test("reports wait until they can be delivered, then go in order", async () => {
    const { queue, store, waiting } = setUp();
    const sent: string[] = [];
    await Promise.all(["a", "b", "c"].map((id) => queue.add(report(id))));
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
    await queue.add(report("a"));
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
    await queue.add(report("a"));
    await settle();
    assert.equal(tries, 3);
    assert.deepEqual(pauses, [RETRY_MS, RETRY_MS]);
  });

  test("what is refused is told and does not block the rest", async () => {
    const { queue, refused } = setUp();
    const outcomes: DeliveryOutcome[] = ["refused", "accepted"];
    await queue.add(report("bad"));
    await queue.add(report("good"));
    queue.attach(async () => outcomes.shift() ?? "accepted");
    await settle();
    assert.deepEqual(refused, ["bad"]);
    assert.equal(queue.accepted, 1);
  });

  test("a long queue goes slowly", async () => {
    const { queue, pauses } = setUp();
    for (let i = 0; i < BURST + 3; i += 1) await queue.add(report(`${i}`));
    queue.attach(async () => "accepted");
    for (let i = 0; i < 20; i += 1) await settle();
    assert.deepEqual(pauses, [PAUSE_MS, PAUSE_MS]);
  });

  test("the queue is bounded: the oldest goes", async () => {
    const { queue, store, waiting } = setUp(2);
    for (const id of ["a", "b", "c"]) await queue.add(report(id));
    assert.equal((await store.first())?.report.play_id, "b");
    assert.equal(await store.count(), 2);
    assert.deepEqual(waiting, [1, 2, 2]);
  });
});

describe("delivery", () => {
  const REPORT = { play_id: "p1", event: 1 } as AdPlayback;
  const answer = (level: string, text: string, code = ""): Answer => ({ level, text, code });

  class FakeChannel implements ReportChannel {
    readonly sent: string[] = [];
    readonly answers = new Map<string, (answer: Answer) => void>();
    closed: (() => void) | undefined;
    bytes = 0;

    publish(id: string): void {
      this.sent.push(id);
    }

    probe(id: string): void {
      this.sent.push(id);
    }

    onAnswer(id: string, answered: (answer: Answer) => void): () => void {
      this.answers.set(id, answered);
      return () => this.answers.delete(id);
    }

    onClose(closed: () => void): () => void {
      this.closed = closed;
      return () => {
        this.closed = undefined;
      };
    }

    waitingBytes(): number {
      return this.bytes;
    }
  }

  function deliver() {
    const channel = new FakeChannel();
    const timers = new FakeTimers();
    const ends: string[] = [];
    makeDelivery(
      channel,
      timers,
      () => "x",
    )(REPORT).then(
      (outcome) => ends.push(outcome),
      (error: Error) => ends.push(error.message),
    );
    return { channel, timers, ends };
  }

  test("the answer to the probe says that the report before it was taken", async () => {
    const { channel, timers, ends } = deliver();
    assert.deepEqual(channel.sent, ["playback:p1:1", "probe:x"]);
    channel.answers.get("probe:x")?.(answer("info", "status level info"));
    await settle();
    assert.deepEqual(ends, ["accepted"]);
    assert.equal(channel.answers.size, 0);
    assert.equal(channel.closed, undefined);
    assert.equal(timers.size, 0);
  });

  test("an error with the report's id is a refusal, a warning is not", async () => {
    const { channel, ends } = deliver();
    channel.answers.get("playback:p1:1")?.(answer("warning", "field left out"));
    channel.answers.get("playback:p1:1")?.(
      answer("error", "playback field creative: expected a creative of the catalogue"),
    );
    await settle();
    assert.deepEqual(ends, ["refused"]);
  });

  const REFUSALS: [string, string, string][] = [
    ["too_many", "publish: too many messages", "publish: too many messages"],
    ["unavailable", "später", "später"],
    ["bad_message", "too many creatives", "refused"],
    ["not_allowed", "topic may not be published", "refused"],
    ["something new", "", "refused"],
    ["", "publish: too many messages, at most 20 a second", "refused"],
  ];
  for (const [code, text, expected] of REFUSALS)
    test(`a refusal with code ${JSON.stringify(code)}, whatever its words: ${expected}`, async () => {
      const { channel, ends } = deliver();
      channel.answers.get("playback:p1:1")?.(answer("error", text, code));
      await settle();
      assert.deepEqual(ends, [expected]);
    });

  test("a cut before the answer leaves it open", async () => {
    const { channel, ends } = deliver();
    channel.closed?.();
    await settle();
    assert.deepEqual(ends, ["connection closed"]);
  });

  test("a silent server has it once all bytes have left", async () => {
    const { channel, timers, ends } = deliver();
    channel.bytes = 100;
    timers.pass(DELIVERY_TIMEOUT_MS);
    await settle();
    assert.deepEqual(ends, []);
    channel.bytes = 0;
    timers.pass(DELIVERY_TIMEOUT_MS);
    await settle();
    assert.deepEqual(ends, ["accepted"]);
  });

  test("silence of a server that answered before means that the connection is dead", async () => {
    const channel = new FakeChannel();
    const timers = new FakeTimers();
    const delivery = makeDelivery(channel, timers, () => "x");
    const first = delivery(REPORT);
    channel.answers.get("probe:x")?.(answer("info", ""));
    assert.equal(await first, "accepted");
    const second = delivery(REPORT);
    timers.pass(DELIVERY_TIMEOUT_MS);
    await assert.rejects(second, /no answer/);
  });
});
