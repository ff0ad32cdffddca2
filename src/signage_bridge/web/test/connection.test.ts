import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Backoff,
  Connection,
  MAKE_TIMEOUT_MS,
  MAX_STUCK_PINGS,
  newId,
  OPEN_TIMEOUT_MS,
  PING_INTERVAL_MS,
  PING_TIMEOUT_MS,
  type Session,
} from "../src/connection";
import { FakeTimers, settle } from "./fakes";

describe("ids", () => {
  test("an id is 128 bits in hexadecimal", () => {
    assert.match(newId(), /^[0-9a-f]{32}$/);
    assert.equal(
      newId((bytes) => bytes.fill(10)),
      "0a".repeat(16),
    );
  });

  test("ids differ", () => {
    assert.equal(new Set(Array.from({ length: 1000 }, () => newId())).size, 1000);
  });
});

describe("backoff", () => {
  const delays = (random: () => number, count: number): number[] => {
    const backoff = new Backoff({ firstMs: 250, longestMs: 8000, random });
    return Array.from({ length: count }, () => backoff.next());
  };

  test("delays double up to the longest", () => {
    assert.deepEqual(
      delays(() => 1, 8),
      [250, 500, 1000, 2000, 4000, 8000, 8000, 8000],
    );
  });

  test("jitter takes up to half of a delay away", () => {
    assert.deepEqual(
      delays(() => 0, 2),
      [125, 250],
    );
  });

  test("it stays finite for ever and begins again after a reset", () => {
    const backoff = new Backoff({ firstMs: 250, longestMs: 8000, random: () => 1 });
    for (let i = 0; i < 5000; i += 1) assert.ok(backoff.next() <= 8000);
    backoff.reset();
    assert.equal(backoff.next(), 250);
  });
});

describe("connection", () => {
  class FakeSession implements Session {
    open: () => void = () => undefined;
    end: () => void = () => undefined;
    answer: (() => void) | undefined;
    bytes = 0;

    waitingBytes(): number {
      return this.bytes;
    }

    run(opened: () => void, closed: () => void): void {
      this.open = opened;
      this.end = () => closed();
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
      stateChanged: (state) => log.push(state),
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
    timers.pass(OPEN_TIMEOUT_MS + 100);
    await settle();
    assert.equal(sessions.length, 2);
  });

  test("a server that falls silent after answering is left", async () => {
    const { connection, timers, log, last } = setUp();
    connection.start();
    await settle();
    last().open();
    timers.pass(PING_INTERVAL_MS);
    last().answer?.();
    timers.pass(PING_INTERVAL_MS + PING_TIMEOUT_MS);
    assert.equal(log.at(-1), "disconnected");
  });

  test("a server that never answers pings is not left", async () => {
    const { connection, timers, log, last } = setUp();
    connection.start();
    await settle();
    last().open();
    timers.pass(10 * (PING_INTERVAL_MS + PING_TIMEOUT_MS));
    assert.equal(log.at(-1), "opened");
  });

  test("a server that never answers is left when nothing reaches it any more", async () => {
    const { connection, timers, log, last } = setUp();
    connection.start();
    await settle();
    last().open();
    last().bytes = 100;
    timers.pass(PING_INTERVAL_MS + MAX_STUCK_PINGS * PING_TIMEOUT_MS - 1);
    assert.equal(log.at(-1), "opened");
    timers.pass(1);
    assert.equal(log.at(-1), "disconnected");
  });

  test("an attempt that never finds out where to connect to is given up, and closed if it comes late", async () => {
    const late: ((session: FakeSession) => void)[] = [];
    const { connection, timers, log } = setUp(() => new Promise((resolve) => late.push(resolve)));
    connection.start();
    timers.pass(MAKE_TIMEOUT_MS);
    await settle();
    timers.pass(100);
    await settle();
    assert.equal(connection.attempts, 2);
    const session = new FakeSession();
    let isClosed = false;
    session.end = () => {
      isClosed = true;
    };
    late[0]?.(session);
    await settle();
    assert.ok(isClosed);
    assert.ok(!log.includes("closed"));
  });

  test("the network's return shortens the pause", async () => {
    const { connection, sessions, last } = setUp();
    connection.start();
    await settle();
    last().end();
    connection.reconnectNow();
    await settle();
    assert.equal(sessions.length, 2);
    connection.reconnectNow();
    await settle();
    assert.equal(sessions.length, 2);
  });
});
