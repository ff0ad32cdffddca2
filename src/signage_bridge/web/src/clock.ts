// The page's clock and timers, the wall time that belongs to it, and the times in messages.

import type { Time } from "./messages";

/** The browser's timers, and the page's own clock: milliseconds since the page was opened. */
export interface Timers {
  set(action: () => void, ms: number): number;
  clear(timer: number): void;
  nowMs(): number;
}

/** Wait for a promise, but not for ever; what it does after that is nobody's concern any more. */
export function within<T>(timers: Timers, ms: number, what: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = timers.set(() => reject(new Error(`${what}: nothing within ${ms / 1000} s`)), ms);
    promise.then(resolve, reject).finally(() => timers.clear(timer));
  });
}

/** Write milliseconds since the Unix epoch as a message's time. */
export function toTime(epochMs: number): Time {
  const us = Math.round(epochMs * 1000);
  const sec = Math.floor(us / 1e6);
  return { sec, nanosec: (us - sec * 1e6) * 1000 };
}

/** Return a message's time as milliseconds since the Unix epoch. */
export function toEpochMs(time: Time): number {
  return time.sec * 1000 + time.nanosec / 1e6;
}

/** How far the page's clock may be off before it is set again. */
export const TOLERANCE_MS = 5;

/**
 * Converts moments of the page's own clock to wall time.
 *
 * The page's clock starts with the page and drifts away from the system's over weeks, so it is compared with it each
 * time; it is not set again for less than the tolerance, so that moments keep their order and distance.
 */
export class WallClock {
  private offsetMs = Number.NaN;

  constructor(
    private readonly pageNowMs: () => number,
    private readonly wallNowMs: () => number,
  ) {}

  /** Return a moment of the page's clock as milliseconds since the Unix epoch. */
  at(pageMs: number): number {
    const offsetMs = this.wallNowMs() - this.pageNowMs();
    if (!(Math.abs(offsetMs - this.offsetMs) <= TOLERANCE_MS)) this.offsetMs = offsetMs;
    return pageMs + this.offsetMs;
  }
}
