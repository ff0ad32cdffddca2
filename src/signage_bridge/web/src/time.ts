// Times: milliseconds of the Unix epoch here, seconds and nanoseconds in messages.

import type { Time } from "./messages";

/** Write milliseconds of the Unix epoch as a message's time. */
export function toTime(epochMs: number): Time {
  const us = Math.round(epochMs * 1000);
  const sec = Math.floor(us / 1e6);
  return { sec, nanosec: (us - sec * 1e6) * 1000 };
}

/** Return a message's time as milliseconds of the Unix epoch. */
export function toEpochMs(time: Time): number {
  return time.sec * 1000 + time.nanosec / 1e6;
}

/**
 * Return the wall time of a moment of the page's own clock.
 *
 * The page's clock starts with the page and drifts away from the system's over weeks, so it is only used over the short
 * way from the moment to now.
 */
export function wallTimeOf(pageMs: number, pageNowMs: number, wallNowMs: number): number {
  return wallNowMs - (pageNowMs - pageMs);
}
