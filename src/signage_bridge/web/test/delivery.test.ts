import assert from "node:assert/strict";
import { test } from "node:test";
import { makeDelivery, SILENCE_MS, type Wire } from "../src/delivery";
import type { AdPlayback } from "../src/messages";
import { FakeTimers, settle } from "./fakes";

const REPORT = { play_id: "p1", event: 1 } as AdPlayback;

class FakeWire implements Wire {
  readonly sent: string[] = [];
  readonly answers = new Map<string, (level: string, text: string) => void>();
  closed: (() => void) | undefined;
  bytes = 0;

  publish(id: string): void {
    this.sent.push(id);
  }

  probe(id: string): void {
    this.sent.push(id);
  }

  onAnswer(id: string, answer: (level: string, text: string) => void): () => void {
    this.answers.set(id, answer);
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
  const wire = new FakeWire();
  const timers = new FakeTimers();
  const ends: string[] = [];
  makeDelivery(
    wire,
    timers,
    () => "x",
  )(REPORT).then(
    (outcome) => ends.push(outcome),
    (error: Error) => ends.push(error.message),
  );
  return { wire, timers, ends };
}

test("the answer to the probe says that the report before it was taken", async () => {
  const { wire, timers, ends } = deliver();
  assert.deepEqual(wire.sent, ["playback:p1:1", "probe:x"]);
  wire.answers.get("probe:x")?.("info", "status level info");
  await settle();
  assert.deepEqual(ends, ["accepted"]);
  assert.equal(wire.answers.size, 0);
  assert.equal(wire.closed, undefined);
  assert.equal(timers.size, 0);
});

test("an error with the report's id is a refusal, a warning is not", async () => {
  const { wire, ends } = deliver();
  wire.answers.get("playback:p1:1")?.("warning", "field left out");
  wire.answers.get("playback:p1:1")?.("error", "playback field creative: expected a creative of the catalogue");
  await settle();
  assert.deepEqual(ends, ["refused"]);
});

test("a refusal that passes is no refusal of the report", async () => {
  const { wire, ends } = deliver();
  wire.answers.get("playback:p1:1")?.("error", "publish: too many messages, at most 20 a second");
  await settle();
  assert.deepEqual(ends, ["publish: too many messages, at most 20 a second"]);
});

test("a cut before the answer leaves it open", async () => {
  const { wire, ends } = deliver();
  wire.closed?.();
  await settle();
  assert.deepEqual(ends, ["connection closed"]);
});

test("a silent server has it once all bytes have left", async () => {
  const { wire, timers, ends } = deliver();
  wire.bytes = 100;
  timers.pass(SILENCE_MS);
  await settle();
  assert.deepEqual(ends, []);
  wire.bytes = 0;
  timers.pass(SILENCE_MS);
  await settle();
  assert.deepEqual(ends, ["accepted"]);
});

test("silence of a server that answered before means that the connection is dead", async () => {
  const wire = new FakeWire();
  const timers = new FakeTimers();
  const delivery = makeDelivery(wire, timers, () => "x");
  const first = delivery(REPORT);
  wire.answers.get("probe:x")?.("info", "");
  assert.equal(await first, "accepted");
  const second = delivery(REPORT);
  timers.pass(SILENCE_MS);
  await assert.rejects(second, /no answer/);
});
