// How long to wait before the next attempt: longer each time, never the same for two screens.

export interface BackoffOptions {
  firstMs: number;
  longestMs: number;
  random: () => number;
}

export class Backoff {
  private attempts = 0;

  constructor(private readonly options: BackoffOptions) {}

  /** Return the next delay in milliseconds: doubled each time up to the longest, then between half and all of it. */
  next(): number {
    const { firstMs, longestMs, random } = this.options;
    const whole = Math.min(longestMs, firstMs * 2 ** Math.min(this.attempts, 30));
    this.attempts += 1;
    return whole * (0.5 + 0.5 * random());
  }

  /** Begin again with the first delay. */
  reset(): void {
    this.attempts = 0;
  }
}
