import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryBlobs, MemoryReports, MemoryValues } from "../src/memory";
import type { AdPlayback } from "../src/messages";

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
