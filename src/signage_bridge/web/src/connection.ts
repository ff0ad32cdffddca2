// Keeps a connection to rosbridge: makes it again whenever it breaks, with growing pauses.

import type { Backoff } from "./backoff";

/** One connection, from opening to its end. */
export interface Session {
  /** Calls back once it is open, and once it is over, also if it never opened. */
  run(opened: () => void, closed: (reason: string) => void): void;
  /** Ask for a sign of life. */
  ping(answered: () => void): void;
  close(): void;
}

export type ConnectionState = "connecting" | "connected" | "disconnected";

export interface ConnectionTimers {
  set(action: () => void, ms: number): number;
  clear(timer: number): void;
}

export interface ConnectionEvents<S extends Session> {
  state(state: ConnectionState): void;
  opened(session: S): void;
  closed(): void;
}

export const OPEN_LIMIT_MS = 5_000;
export const PING_EVERY_MS = 15_000;
export const ANSWER_LIMIT_MS = 5_000;

export class Connection<S extends Session> {
  private session: S | undefined;
  private everOpen = false;
  private answersPings = false;
  private timer: number | undefined;
  attempts = 0;

  constructor(
    private readonly make: () => Promise<S>,
    private readonly backoff: Backoff,
    private readonly timers: ConnectionTimers,
    private readonly events: ConnectionEvents<S>,
  ) {}

  /** Connect now, and again for ever. */
  start(): void {
    this.events.state("connecting");
    void this.attempt();
  }

  /** Do not wait for the next attempt: the network seems to be back. */
  hurry(): void {
    if (this.session || this.timer === undefined) return;
    this.wait(undefined);
    this.backoff.reset();
    void this.attempt();
  }

  private async attempt(): Promise<void> {
    this.attempts += 1;
    let session: S;
    try {
      session = await this.make();
    } catch {
      this.again();
      return;
    }
    this.session = session;
    this.wait(() => session.close(), OPEN_LIMIT_MS);
    session.run(
      () => this.open(session),
      () => this.closed(session),
    );
  }

  private open(session: S): void {
    this.everOpen = true;
    this.backoff.reset();
    this.events.state("connected");
    this.events.opened(session);
    this.wait(() => this.ping(session), PING_EVERY_MS);
  }

  /** A cut that nobody tells of leaves a connection that looks alive; a server that answered once must go on doing so. */
  private ping(session: S): void {
    this.wait(() => (this.answersPings ? session.close() : this.ping(session)), ANSWER_LIMIT_MS);
    session.ping(() => {
      this.answersPings = true;
      if (this.session === session) this.wait(() => this.ping(session), PING_EVERY_MS);
    });
  }

  private closed(session: S): void {
    if (this.session !== session) return;
    this.session = undefined;
    this.answersPings = false;
    this.events.closed();
    this.again();
  }

  private again(): void {
    this.events.state(this.everOpen ? "disconnected" : "connecting");
    this.wait(() => {
      this.timer = undefined;
      void this.attempt();
    }, this.backoff.next());
  }

  private wait(action: (() => void) | undefined, ms = 0): void {
    if (this.timer !== undefined) this.timers.clear(this.timer);
    this.timer = action ? this.timers.set(action, ms) : undefined;
  }
}
