import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../src/backoff";
import { ANSWER_LIMIT_MS, Connection, OPEN_LIMIT_MS, PING_EVERY_MS, type Session } from "../src/connection";
import { FakeTimers, settle } from "./fakes";

class FakeSession implements Session {
  open: () => void = () => undefined;
  end: () => void = () => undefined;
  answer: (() => void) | undefined;

  run(opened: () => void, closed: (reason: string) => void): void {
    this.open = opened;
    this.end = () => closed("over");
  }

  ping(answered: () => void): void {
    this.answer = answered;
  }

  close(): void {
    this.end();
  }
}

function setUp(make?: () => Promise<FakeSession>) {
  const timers = new FakeTimers();
  const log: string[] = [];
  const sessions: FakeSession[] = [];
  const makeSession = async (): Promise<FakeSession> => {
    const session = await (make ?? (async () => new FakeSession()))();
    sessions.push(session);
    return session;
  };
  const backoff = new Backoff({ firstMs: 100, longestMs: 1000, random: () => 1 });
  const connection = new Connection<FakeSession>(makeSession, backoff, timers, {
    state: (state) => log.push(state),
    opened: () => log.push("opened"),
    closed: () => log.push("closed"),
  });
  const last = (): FakeSession => sessions.at(-1) as FakeSession;
  return { connection, timers, log, sessions, last };
}

test("it connects", async () => {
  const { connection, log, last } = setUp();
  connection.start();
  await settle();
  last().open();
  assert.deepEqual(log, ["connecting", "connected", "opened"]);
});

test("a cut is told and mended after the first short pause", async () => {
  const { connection, timers, log, sessions, last } = setUp();
  connection.start();
  await settle();
  last().open();
  last().end();
  assert.deepEqual(log.splice(0).slice(3), ["closed", "disconnected"]);
  timers.pass(99);
  await settle();
  assert.equal(sessions.length, 1);
  timers.pass(1);
  await settle();
  last().open();
  assert.deepEqual(log, ["connected", "opened"]);
});

test("attempts that fail come further apart, and it stays connecting until it was once connected", async () => {
  const { connection, timers, log } = setUp(async () => {
    throw new Error("refused");
  });
  connection.start();
  await settle();
  for (const pause of [100, 200, 400, 800, 1000, 1000]) {
    timers.pass(pause);
    await settle();
  }
  assert.equal(connection.attempts, 7);
  assert.ok(log.every((state) => state === "connecting"));
});

test("an attempt that hangs is given up", async () => {
  const { connection, timers, sessions } = setUp();
  connection.start();
  await settle();
  timers.pass(OPEN_LIMIT_MS + 100);
  await settle();
  assert.equal(sessions.length, 2);
});

test("a server that falls silent after answering is left", async () => {
  const { connection, timers, log, last } = setUp();
  connection.start();
  await settle();
  last().open();
  timers.pass(PING_EVERY_MS);
  last().answer?.();
  timers.pass(PING_EVERY_MS + ANSWER_LIMIT_MS);
  assert.equal(log.at(-1), "disconnected");
});

test("a server that never answers pings is not left", async () => {
  const { connection, timers, log, last } = setUp();
  connection.start();
  await settle();
  last().open();
  timers.pass(10 * (PING_EVERY_MS + ANSWER_LIMIT_MS));
  assert.equal(log.at(-1), "opened");
});

test("the network's return shortens the pause", async () => {
  const { connection, sessions, last } = setUp();
  connection.start();
  await settle();
  last().end();
  connection.hurry();
  await settle();
  assert.equal(sessions.length, 2);
  connection.hurry();
  await settle();
  assert.equal(sessions.length, 2);
});
