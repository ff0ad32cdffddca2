import assert from "node:assert/strict";
import { test } from "node:test";
import { Farewell } from "../src/farewell";
import type { AdPlayback } from "../src/messages";

class FakeNotes extends Map<string, string> {
  getItem(key: string): string | null {
    return this.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (value.includes("too long")) throw new Error("quota");
    this.set(key, value);
  }

  removeItem(key: string): void {
    this.delete(key);
  }
}

const report = (play_id: string): AdPlayback => ({ play_id }) as AdPlayback;

test("what pages left is taken once", () => {
  const farewell = new Farewell(new FakeNotes(), "k");
  assert.deepEqual(farewell.take(), []);
  farewell.leave(report("a"));
  farewell.leave(report("b"));
  assert.deepEqual(
    farewell.take().map(({ play_id }) => play_id),
    ["a", "b"],
  );
  assert.deepEqual(farewell.take(), []);
});

test("a note that can't be read or written stops nothing", (context) => {
  const warn = context.mock.method(console, "warn", () => undefined);
  const notes = new FakeNotes([["k", "{"]]);
  const farewell = new Farewell(notes, "k");
  assert.deepEqual(farewell.take(), []);
  farewell.leave(report("too long"));
  assert.equal(warn.mock.callCount(), 1);
});
