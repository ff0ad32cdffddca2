// Keeps a connection to rosbridge: makes it again whenever it breaks, with growing pauses.

import { type Timers, within } from "./clock";

/** Return 128 random bits as hexadecimal digits; crypto.randomUUID is missing on plain http, getRandomValues is not. */
export function newId(
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (b) => crypto.getRandomValues(b),
): string {
  return Array.from(random(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface BackoffOptions {
  firstMs: number;
  longestMs: number;
  /** A random number in [0, 1). */
  random: () => number;
}

/** How long to wait before the next attempt: longer each time, never the same for two screens. */
export class Backoff {
  private attempts = 0;

  constructor(private readonly options: BackoffOptions) {}

  /** Return the next delay in milliseconds: doubled each time up to the longest, then between half and all of it. */
  next(): number {
    const { firstMs, longestMs, random } = this.options;
    const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(this.attempts, 30));
    this.attempts += 1;
    return fullMs * (0.5 + 0.5 * random());
  }

  /** Begin again with the first delay. */
  reset(): void {
    this.attempts = 0;
  }
}

/** One connection, from opening to its end. */
export interface Session {
  /** Call back once it is open, and once it is over, also if it never opened. */
  run(opened: () => void, closed: () => void): void;
  /** Ask for a sign of life. */
  ping(answered: () => void): void;
  /** Bytes that have not left the browser yet. */
  waitingBytes(): number;
  close(): void;
}

export type ConnectionState = "connecting" | "connected" | "disconnected";

export interface ConnectionEvents<S extends Session> {
  stateChanged(state: ConnectionState): void;
  opened(session: S): void;
  /** A session is over, also one that never opened. */
  closed(): void;
}

/** To find out where to connect to. */
export const MAKE_TIMEOUT_MS = 15_000;
export const OPEN_TIMEOUT_MS = 5_000;
export const PING_INTERVAL_MS = 15_000;
export const PING_TIMEOUT_MS = 5_000;
/** So many unanswered pings that could not even leave mean that the connection is dead, whoever the server is. */
export const MAX_STUCK_PINGS = 6;

/** Reconnects for ever: one session after the other. */
export class Connection<S extends Session> {
  private session: S | undefined;
  private wasOpen = false;
  private answersPings = false;
  private stuckPings = 0;
  private timer: number | undefined;
  attempts = 0;

  constructor(
    private readonly makeSession: () => Promise<S>,
    private readonly backoff: Backoff,
    private readonly timers: Timers,
    private readonly events: ConnectionEvents<S>,
  ) {}

  /** Connect now, and again for ever. */
  start(): void {
    this.events.stateChanged("connecting");
    void this.attempt();
  }

  /** Do not wait for the next attempt: the network seems to be back. */
  reconnectNow(): void {
    if (this.session || this.timer === undefined) return;
    this.setTimer(undefined);
    this.backoff.reset();
    void this.attempt();
  }

  private async attempt(): Promise<void> {
    this.attempts += 1;
    const making = this.makeSession();
    let session: S;
    try {
      session = await within(this.timers, MAKE_TIMEOUT_MS, "session", making);
    } catch {
      making.then((late) => late.close()).catch(() => undefined);
      this.retryLater();
      return;
    }
    this.session = session;
    this.setTimer(() => session.close(), OPEN_TIMEOUT_MS);
    session.run(
      () => this.opened(session),
      () => this.closed(session),
    );
  }

  private opened(session: S): void {
    this.wasOpen = true;
    this.backoff.reset();
    this.setTimer(() => this.ping(session), PING_INTERVAL_MS);
    this.events.stateChanged("connected");
    this.events.opened(session);
  }

  /** A cut that nobody tells of leaves a connection that looks alive: a server that answered once must go on so. */
  private ping(session: S): void {
    this.setTimer(() => this.onSilence(session), PING_TIMEOUT_MS);
    session.ping(() => {
      this.answersPings = true;
      this.stuckPings = 0;
      if (this.session === session) this.setTimer(() => this.ping(session), PING_INTERVAL_MS);
    });
  }

  private onSilence(session: S): void {
    this.stuckPings = session.waitingBytes() > 0 ? this.stuckPings + 1 : 0;
    if (this.answersPings || this.stuckPings >= MAX_STUCK_PINGS) session.close();
    else this.ping(session);
  }

  private closed(session: S): void {
    if (this.session !== session) return;
    this.session = undefined;
    this.answersPings = false;
    this.stuckPings = 0;
    this.events.closed();
    this.retryLater();
  }

  private retryLater(): void {
    this.events.stateChanged(this.wasOpen ? "disconnected" : "connecting");
    this.setTimer(() => {
      this.timer = undefined;
      void this.attempt();
    }, this.backoff.next());
  }

  private setTimer(action: (() => void) | undefined, ms = 0): void {
    if (this.timer !== undefined) this.timers.clear(this.timer);
    this.timer = action ? this.timers.set(action, ms) : undefined;
  }
}
