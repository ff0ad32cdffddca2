import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Answer,
  makePublishing,
  makeRecording,
  PUBLISH_TIMEOUT_MS,
  RECORD_TIMEOUT_MS,
  type ReportChannel,
  type Response,
} from "../src/delivery";
import type { AdPlayback } from "../src/messages";
import { FakeTimers, settle } from "./fakes";

class FakeChannel implements ReportChannel {
  readonly sent: string[] = [];
  readonly responses = new Map<string, (response: Response) => void>();
  readonly answers = new Map<string, (answer: Answer) => void>();
  closed: (() => void) | undefined;
  bytes = 0;

  record(id: string, reports: AdPlayback[]): void {
    this.sent.push(`${id} ${reports.map(({ play_id }) => play_id).join(" ")}`);
  }

  onResponse(id: string, answered: (response: Response) => void): () => void {
    this.responses.set(id, answered);
    return () => this.responses.delete(id);
  }

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

describe("recording", () => {
  function deliver(...ids: string[]) {
    const channel = new FakeChannel();
    const timers = new FakeTimers();
    const ends: unknown[] = [];
    const delivery = makeRecording(channel, timers, () => "x");
    delivery.deliver(ids.map((play_id) => ({ play_id }) as AdPlayback)).then(
      (reasons) => ends.push(reasons),
      (error: Error) => ends.push(error.message),
    );
    const respond = (result: boolean, values: unknown): void => channel.responses.get("record:x")?.({ result, values });
    return { channel, timers, ends, respond };
  }

  test("many go in one call, which answers for each; then nothing is listened to any more", async () => {
    const { channel, timers, ends, respond } = deliver("a", "b", "c");
    assert.deepEqual(channel.sent, ["record:x a b c"]);
    respond(true, { success: true, message: "", refused: ["", "no such creative", ""] });
    await settle();
    assert.deepEqual(ends, [["", "no such creative", ""]]);
    assert.equal(channel.responses.size + timers.size, 0);
    assert.equal(channel.closed, undefined);
  });

  const FAILURES: [string, boolean, unknown, string][] = [
    ["the journal is away", false, "service is not there", "service is not there"],
    ["no words", false, "", "the call failed"],
    ["no words of another kind", false, { success: true, message: "", refused: [""] }, "the call failed"],
    ["nothing was kept", true, { success: false, message: "disk full", refused: [] }, "disk full"],
    ["nothing was kept, and why is not said", true, { success: false }, "the journal kept nothing"],
    ["too few answers", true, { success: true, refused: [] }, "an answer of another kind"],
    ["too many answers", true, { success: true, refused: ["", ""] }, "an answer of another kind"],
    ["answers of another kind", true, { success: true, refused: [null] }, "an answer of another kind"],
    ["no fields", true, null, "the journal kept nothing"],
  ];
  for (const [name, result, values, expected] of FAILURES)
    test(`the report stays here: ${name}`, async () => {
      const { ends, respond } = deliver("a");
      respond(result, values);
      await settle();
      assert.deepEqual(ends, [expected]);
    });

  test("a cut before the answer leaves it open", async () => {
    const { channel, timers, ends } = deliver("a");
    channel.closed?.();
    await settle();
    assert.deepEqual(ends, ["connection closed"]);
    assert.equal(channel.responses.size + timers.size, 0);
  });

  test("so does silence", async () => {
    const { channel, timers, ends } = deliver("a");
    timers.pass(RECORD_TIMEOUT_MS - 1);
    await settle();
    assert.deepEqual(ends, []);
    timers.pass(1);
    await settle();
    assert.deepEqual(ends, ["no answer"]);
    assert.equal(channel.responses.size, 0);
  });
});

describe("publishing", () => {
  const REPORT = { play_id: "p1", event: 1 } as AdPlayback;
  const answer = (level: string, text: string, code = ""): Answer => ({ level, text, code });

  function deliver() {
    const channel = new FakeChannel();
    const timers = new FakeTimers();
    const ends: string[] = [];
    const delivery = makePublishing(channel, timers, () => "x");
    delivery.deliver([REPORT]).then(
      ([reason]) => ends.push(reason ? `refused: ${reason}` : "accepted"),
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
    assert.deepEqual(ends, ["refused: playback field creative: expected a creative of the catalogue"]);
  });

  const REFUSALS: [string, string, string][] = [
    ["too_many", "publish: too many messages", "publish: too many messages"],
    ["unavailable", "später", "später"],
    ["bad_message", "too many creatives", "refused: too many creatives"],
    ["not_allowed", "topic may not be published", "refused: topic may not be published"],
    ["something new", "", "refused: refused"],
    ["", "publish: too many messages, at most 20 a second", "refused: publish: too many messages, at most 20 a second"],
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
    timers.pass(PUBLISH_TIMEOUT_MS);
    await settle();
    assert.deepEqual(ends, []);
    channel.bytes = 0;
    timers.pass(PUBLISH_TIMEOUT_MS);
    await settle();
    assert.deepEqual(ends, ["accepted"]);
  });

  test("silence of a server that answered before means that the connection is dead", async () => {
    const channel = new FakeChannel();
    const timers = new FakeTimers();
    const delivery = makePublishing(channel, timers, () => "x");
    const first = delivery.deliver([REPORT]);
    channel.answers.get("probe:x")?.(answer("info", ""));
    assert.deepEqual(await first, [""]);
    const second = delivery.deliver([REPORT]);
    timers.pass(PUBLISH_TIMEOUT_MS);
    await assert.rejects(second, /no answer/);
  });
});
