import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AdPlayback, AdSelection } from "../src/messages";
import {
  type Delivery,
  LONGEST_RETRY_MS,
  makeReport,
  MAX_LENGTH,
  ReportQueue,
  type ReportStore,
  RETRY_MS,
  toPrintable,
} from "../src/reports";
import { MemoryReports } from "../src/storage";
import { settle } from "./fakes";

describe("writing", () => {
  test("a report names all that the accounts need", () => {
    const item = { creative: "커피", url: "/media/x", durationS: 8, kind: "video" as const };
    const selection = { campaign: "봄" } as AdSelection;
    const showing = { playId: "p1", item, playlist: { items: [item], isHouse: false, episode: "e1", selection } };
    const report = makeReport({ device: "deeplens1", screen: "lobby" }, 4, showing, 1500, `bad\n${"x".repeat(900)}`);
    assert.deepEqual(
      { ...report, detail: "" },
      {
        stamp: { sec: 1, nanosec: 500_000_000 },
        screen: "lobby",
        device: "deeplens1",
        play_id: "p1",
        creative: "커피",
        campaign: "봄",
        episode: "e1",
        event: 4,
        detail: "",
      },
    );
    assert.equal(report.detail.length, 200);
  });

  test("a house playlist of the manifest belongs to no campaign", () => {
    const item = { creative: "house", url: "/media/x", durationS: 8, kind: "video" as const };
    const showing = { playId: "p1", item, playlist: { items: [item], isHouse: true, episode: "" } };
    assert.equal(makeReport({ device: "deeplens1", screen: "lobby" }, 1, showing, 0, "").campaign, "");
  });

  test("details are printable", () => {
    assert.equal(toPrintable("a\tb\r\nc\u2028d\u00a0e\u0000f\ue000g 커피"), "a b  c d e f g 커피");
  });
});

describe("queue", () => {
  const report = (play_id: string, detail = ""): AdPlayback => ({
    stamp: { sec: 1, nanosec: 0 },
    screen: "lobby",
    device: "deeplens1",
    play_id,
    creative: "shoe",
    campaign: "",
    episode: "",
    event: 1,
    detail,
  });

  /** A delivery that takes everything, or does what a test says; it notes what it is given. */
  class FakeDelivery implements Delivery {
    readonly given: string[][] = [];
    readonly pauseMs = 7;

    constructor(
      readonly most: number,
      private readonly answer: (ids: string[], call: number) => Promise<string[]> | string[] = (ids) =>
        ids.map(() => ""),
      readonly unhurried = 1_000,
    ) {}

    async deliver(reports: AdPlayback[]): Promise<string[]> {
      const ids = reports.map(({ play_id }) => play_id);
      this.given.push(ids);
      return this.answer(ids, this.given.length);
    }
  }

  function setUp(maxWaiting?: number, store: ReportStore = new MemoryReports()) {
    const refused: string[] = [];
    const pauses: number[] = [];
    const waiting: number[] = [];
    const pause = async (ms: number): Promise<void> => void pauses.push(ms);
    const events = {
      changed: () => void waiting.push(queue.waiting),
      refused: ({ play_id }: AdPlayback, reason: string) => void refused.push(`${play_id}: ${reason}`),
    };
    const queue = new ReportQueue(store, pause, events, () => 1, maxWaiting);
    const add = async (...ids: string[]): Promise<void> => {
      await Promise.all(ids.map((id) => queue.add(report(id))));
    };
    return { store, waiting, refused, pauses, queue, add };
  }

  const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);

  test("reports wait until they can be delivered, then go in order, many at once", async () => {
    const { queue, store, waiting, add } = setUp();
    await add("a", "b", "c", "d", "e");
    assert.equal(waiting.at(-1), 5);
    const delivery = new FakeDelivery(2);
    queue.attach(delivery);
    await settle();
    assert.deepEqual(delivery.given, [["a", "b"], ["c", "d"], ["e"]]);
    assert.equal(await store.count(), 0);
    assert.equal(queue.accepted, 5);
    assert.equal(queue.waiting, 0);
  });

  test("a fresh report goes at once", async () => {
    const { queue, add } = setUp();
    const delivery = new FakeDelivery(50);
    queue.attach(delivery);
    await add("a");
    await settle();
    assert.deepEqual(delivery.given, [["a"]]);
  });

  test("reports are kept until the other side has them, over a cut", async () => {
    const { queue, store, add } = setUp();
    const cut = new FakeDelivery(50, () => {
      queue.detach();
      throw new Error("connection closed");
    });
    queue.attach(cut);
    await add("a");
    await settle();
    assert.equal(await store.count(), 1);
    const delivery = new FakeDelivery(50);
    queue.attach(delivery);
    await settle();
    assert.deepEqual([cut.given, delivery.given], [[["a"]], [["a"]]]);
    assert.equal(await store.count(), 0);
  });

  test("nothing is forgotten before the answer", async () => {
    const { queue, store, add } = setUp();
    let answer: (reasons: string[]) => void = () => undefined;
    queue.attach(new FakeDelivery(50, () => new Promise((resolve) => (answer = resolve))));
    await add("a", "b");
    await settle();
    assert.equal(await store.count(), 2);
    answer([""]);
    await settle();
    assert.equal(await store.count(), 1);
  });

  test("what fails is tried again after pauses that grow, with fewer each time, until it goes", async () => {
    const { queue, pauses, add } = setUp();
    const delivery = new FakeDelivery(8, (ids, call) => {
      if (call <= 5) throw new Error("the journal is away");
      return ids.map(() => "");
    });
    await add(...numbers(12));
    queue.attach(delivery);
    for (let i = 0; i < 5; i += 1) await settle();
    assert.deepEqual(
      delivery.given.map(({ length }) => length),
      [8, 4, 2, 1, 1, 1, 2, 4, 5],
    );
    assert.deepEqual(pauses, [RETRY_MS, 2 * RETRY_MS, 4 * RETRY_MS, LONGEST_RETRY_MS, LONGEST_RETRY_MS]);
  });

  test("why reports wait is said until they go", async () => {
    const { queue, add } = setUp();
    const problems: string[] = [];
    queue.attach(
      new FakeDelivery(8, (ids, call) => {
        problems.push(queue.problem);
        if (call === 1) throw new Error("the journal is away");
        return ids.map(() => "");
      }),
    );
    await add("a");
    await settle();
    assert.deepEqual([...problems, queue.problem], ["", "the journal is away", ""]);
  });

  test("what is refused is told with its reason and does not hold up the others", async () => {
    const { queue, store, refused, add } = setUp();
    await add("a", "bad", "b");
    queue.attach(new FakeDelivery(50, (ids) => ids.map((id) => (id === "bad" ? "no such creative" : ""))));
    await settle();
    assert.deepEqual(refused, ["bad: no such creative"]);
    assert.equal(queue.accepted, 2);
    assert.equal(await store.count(), 0);
  });

  test("a long queue goes with pauses", async () => {
    const { queue, pauses, add } = setUp();
    await add(...numbers(7));
    queue.attach(new FakeDelivery(2, undefined, 3));
    for (let i = 0; i < 5; i += 1) await settle();
    assert.deepEqual(pauses, [7], "with five waiting; then there were three");
  });

  test("a long queue is not counted again and again", async (context) => {
    const store = new MemoryReports();
    const { queue, add } = setUp(undefined, store);
    await add(...numbers(100));
    const count = context.mock.method(store, "count");
    queue.attach(new FakeDelivery(10));
    for (let i = 0; i < 10; i += 1) await settle();
    assert.equal(queue.waiting, 0);
    assert.ok(count.mock.callCount() <= 2, `${count.mock.callCount()}`);
  });

  test("what goes at once has a longest length, but a single report always goes", async () => {
    const { queue } = setUp();
    for (const length of [MAX_LENGTH, 10, MAX_LENGTH / 2, MAX_LENGTH / 2, 10]) {
      await queue.add(report(`${length}`, "x".repeat(length)));
    }
    const delivery = new FakeDelivery(50);
    queue.attach(delivery);
    await settle();
    assert.deepEqual(
      delivery.given.map(({ length }) => length),
      [1, 2, 2],
    );
  });

  test("the queue is bounded: the oldest goes", async () => {
    const { queue, store, waiting, add } = setUp(2);
    for (const id of ["a", "b", "c"]) await add(id);
    assert.deepEqual(
      (await store.oldest(9)).map(({ report: { play_id } }) => play_id),
      ["b", "c"],
    );
    assert.deepEqual(waiting, [1, 2, 2]);
    assert.equal(queue.waiting, 2);
  });
});
