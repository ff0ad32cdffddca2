import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { AdPlayback } from "../src/messages";
import { ExitReports, MemoryReports, MemoryValues, SafeReports, SafeValues, type TextStorage } from "../src/storage";
import { type KeptReport, ReportQueue, type ReportStore } from "../src/reports";
import { FakeStorage } from "./fakes";

describe("in memory", () => {
  test("reports come out in order", async () => {
    const reports = new MemoryReports();
    for (const play_id of ["a", "b", "c"]) await reports.add({ play_id } as AdPlayback);
    const ids = async (most: number): Promise<string[]> =>
      (await reports.oldest(most)).map((each) => each.report.play_id);
    assert.deepEqual(await ids(2), ["a", "b"]);
    const [, second] = await reports.oldest(5);
    await reports.remove(second?.key ?? 0);
    assert.deepEqual(await ids(5), ["c"]);
    assert.equal(await reports.count(), 1);
  });

  test("values", async () => {
    const values = new MemoryValues();
    assert.equal(await values.get("x"), undefined);
    await values.set("x", 1);
    assert.equal(await values.get("x"), 1);
  });
});

describe("exit reports", () => {
  const report = (play_id: string): AdPlayback => ({ play_id }) as AdPlayback;

  const ids = (reports: AdPlayback[]): string[] => reports.map(({ play_id }) => play_id);

  test("what pages saved is there until it is kept elsewhere", () => {
    const exitReports = new ExitReports(new FakeStorage(), "k");
    assert.deepEqual(exitReports.list(), []);
    exitReports.save(report("a"));
    exitReports.save(report("b"));
    const taken = exitReports.list();
    assert.deepEqual(ids(taken), ["a", "b"]);
    assert.deepEqual(ids(exitReports.list()), ["a", "b"]);
    exitReports.save(report("c"));
    exitReports.forget(taken);
    assert.deepEqual(ids(exitReports.list()), ["c"], "another page was left meanwhile");
    exitReports.forget(exitReports.list());
    assert.deepEqual(exitReports.list(), []);
  });

  test("what can't be read or written stops nothing", (context) => {
    const warn = context.mock.method(console, "warn", () => undefined);
    const storage = new FakeStorage([["k", "{"]]);
    const exitReports = new ExitReports(storage, "k");
    assert.deepEqual(exitReports.list(), []);
    exitReports.save(report("too long"));
    assert.equal(warn.mock.callCount(), 1);
  });
});

/** A disk that fails while it is told to. */
class Disk extends MemoryReports {
  failing: (keyof ReportStore)[] = [];

  override add(report: AdPlayback): Promise<void> {
    return this.failing.includes("add") ? Promise.reject(new Error("full")) : super.add(report);
  }

  override oldest(most: number): Promise<KeptReport[]> {
    return this.failing.includes("oldest") ? Promise.reject(new Error("unreadable")) : super.oldest(most);
  }

  override remove(key: number): Promise<void> {
    return this.failing.includes("remove") ? Promise.reject(new Error("read only")) : super.remove(key);
  }

  override count(): Promise<number> {
    return this.failing.includes("count") ? Promise.reject(new Error("unreadable")) : super.count();
  }
}

describe("reports over a disk that fails", () => {
  function setUp(context: TestContext, maxInMemory?: number) {
    context.mock.method(console, "warn", () => undefined);
    const disk = new Disk();
    const reports = new SafeReports(disk, maxInMemory);
    const add = async (...ids: string[]): Promise<void> => {
      for (const play_id of ids) await reports.add({ play_id } as AdPlayback);
    };
    const drain = async (): Promise<string[]> => {
      const ids: string[] = [];
      for (let next = await reports.oldest(2); next.length > 0; next = await reports.oldest(2)) {
        ids.push(...next.map(({ report }) => report.play_id));
        await reports.remove(next.at(-1)?.key ?? 0);
      }
      return ids;
    };
    return { disk, reports, add, drain };
  }

  test("those that the disk does not take wait in memory, behind the others and in order", async (context) => {
    const { disk, reports, add, drain } = setUp(context);
    await add("a", "b");
    disk.failing = ["add"];
    await add("c", "d");
    disk.failing = [];
    await add("e");
    assert.equal(await reports.count(), 5);
    assert.equal(await disk.count(), 2);
    assert.deepEqual(await drain(), ["a", "b", "c", "d", "e"]);
    await add("f");
    assert.equal(await disk.count(), 1);
  });

  test("where the disk can't be read, those in memory go all the same", async (context) => {
    const { disk, reports, add, drain } = setUp(context);
    await add("a");
    disk.failing = ["add", "oldest", "count", "remove"];
    await add("b", "c");
    assert.equal(await reports.count(), 2);
    for (const id of ["b", "c"]) {
      const [next] = await reports.oldest(1);
      assert.equal(next?.report.play_id, id);
      await reports.remove(next?.key ?? 0);
    }
    await assert.rejects(reports.oldest(2), "what the disk holds is not forgotten");
    disk.failing = [];
    assert.deepEqual(await drain(), ["a"]);
    disk.failing = ["oldest"];
    assert.deepEqual(await reports.oldest(2), [], "a disk that held nothing may be silent");
  });

  test("a queue asks a disk again that could not be read, whatever comes later", async (context) => {
    const { disk, reports } = setUp(context);
    const isBroken = context.mock.method(disk, "oldest");
    isBroken.mock.mockImplementationOnce(() => Promise.reject(new Error("closed")), 1);
    const queue = new ReportQueue(
      reports,
      async () => undefined,
      { changed() {}, refused() {} },
      () => 1,
    );
    const delivered: string[] = [];
    const deliver = async (sent: AdPlayback[]): Promise<string[]> => {
      delivered.push(...sent.map(({ play_id }) => play_id));
      return sent.map(() => "");
    };
    await queue.add({ play_id: "a" } as AdPlayback);
    queue.attach({ most: 1, unhurried: 1, pauseMs: 0, deliver });
    while (queue.accepted === 0) await new Promise(setImmediate);
    assert.deepEqual(delivered, ["a"]);
    assert.equal(await reports.count(), 0);
  });

  test("memory is bounded: the oldest goes", async (context) => {
    const { disk, add, drain } = setUp(context, 2);
    disk.failing = ["add"];
    await add("a", "b", "c");
    assert.deepEqual(await drain(), ["b", "c"]);
  });
});

test("values over a disk that fails", async (context) => {
  context.mock.method(console, "warn", () => undefined);
  const broken = { get: () => Promise.reject(new Error("no")), set: () => Promise.reject(new Error("no")) };
  const values = new SafeValues(broken);
  assert.equal(await values.get("x"), undefined);
  await values.set("x", 1);
  assert.equal(await values.get("x"), 1);
  const stale = new SafeValues({ get: async <T>() => "old" as T, set: () => Promise.reject(new Error("full")) });
  assert.equal(await stale.get("x"), "old");
  await stale.set("x", "new");
  assert.equal(await stale.get("x"), "new");
});

describe("exit reports over a localStorage that fails", () => {
  const refuse = (): never => {
    throw new DOMException("blocked", "SecurityError");
  };
  const report = { play_id: "a" } as AdPlayback;
  const kept = (text: string | null): TextStorage => ({
    getItem: () => text,
    setItem: () => undefined,
    removeItem: () => undefined,
  });
  const TABLE: [string, TextStorage | undefined, string[]][] = [
    ["there is none", undefined, []],
    ["it throws at everything", { getItem: refuse, setItem: refuse, removeItem: refuse }, []],
    ["it can't forget", { ...kept('[{"play_id": "a"}]'), removeItem: refuse }, ["a"]],
    ["nothing", kept(null), []],
    ["no JSON", kept("{"), []],
    ["null", kept("null"), []],
    ["a number", kept("7"), []],
    ["an object", kept('{"0": 1}'), []],
    ["other things among reports", kept('[null, 7, {"play_id": "a"}, {"play_id": 7}, []]'), ["a"]],
  ];
  for (const [what, storage, expected] of TABLE)
    test(what, (context) => {
      context.mock.method(console, "warn", () => undefined);
      const exitReports = new ExitReports(storage, "k");
      exitReports.save(report);
      exitReports.forget([]);
      assert.deepEqual(
        exitReports.list().map(({ play_id }) => play_id),
        expected,
      );
      assert.doesNotThrow(() => exitReports.forget(exitReports.list()));
    });
});
