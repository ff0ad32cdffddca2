import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AdPlayback } from "../src/messages";
import { ExitReports, MemoryBlobs, MemoryReports, MemoryValues } from "../src/storage";
import { FakeStorage } from "./fakes";

describe("in memory", () => {
  test("blobs", async () => {
    const blobs = new MemoryBlobs();
    await blobs.put({ digest: "a", bytes: 1, usedMs: 0 }, new Blob(["x"]));
    assert.equal((await blobs.get("a"))?.size, 1);
    await blobs.remove("a");
    assert.deepEqual(await blobs.list(), []);
  });

  test("reports come out in order", async () => {
    const reports = new MemoryReports();
    for (const play_id of ["a", "b"]) await reports.add({ play_id } as AdPlayback);
    const first = await reports.first();
    assert.equal(first?.report.play_id, "a");
    await reports.remove(first?.key ?? 0);
    assert.equal((await reports.first())?.report.play_id, "b");
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

  test("what pages saved is taken once", () => {
    const exitReports = new ExitReports(new FakeStorage(), "k");
    assert.deepEqual(exitReports.take(), []);
    exitReports.save(report("a"));
    exitReports.save(report("b"));
    assert.deepEqual(
      exitReports.take().map(({ play_id }) => play_id),
      ["a", "b"],
    );
    assert.deepEqual(exitReports.take(), []);
  });

  test("what can't be read or written stops nothing", (context) => {
    const warn = context.mock.method(console, "warn", () => undefined);
    const storage = new FakeStorage([["k", "{"]]);
    const exitReports = new ExitReports(storage, "k");
    assert.deepEqual(exitReports.take(), []);
    exitReports.save(report("too long"));
    assert.equal(warn.mock.callCount(), 1);
  });
});
