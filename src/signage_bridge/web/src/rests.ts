// What failed rests before it is tried again, so that something broken costs little for ever.

export class Rests {
  private readonly resting = new Map<string, { failures: number; untilMs: number }>();

  constructor(
    private readonly nowMs: () => number,
    private readonly firstMs: number,
    private readonly longestMs: number,
  ) {}

  /** Let something rest that failed: each time twice as long. */
  begin(key: string): void {
    const failures = (this.resting.get(key)?.failures ?? 0) + 1;
    const restMs = Math.min(this.longestMs, this.firstMs * 2 ** (failures - 1));
    this.resting.set(key, { failures, untilMs: this.nowMs() + restMs });
  }

  /** Something works: if it fails again, that is the first time. */
  end(key: string): void {
    this.resting.delete(key);
  }

  has(key: string): boolean {
    return this.remainingMs(key) > 0;
  }

  /** How long something still rests. */
  remainingMs(key: string): number {
    return Math.max(0, (this.resting.get(key)?.untilMs ?? 0) - this.nowMs());
  }

  /** Try everything again. */
  clear(): void {
    this.resting.clear();
  }
}

/** A rate that allows bursts: tokens that come back steadily, up to a burst. */
export class TokenBucket {
  private tokens: number;
  private filledMs: number;

  constructor(
    private readonly nowMs: () => number,
    private readonly burst: number,
    private readonly refillMs: number,
  ) {
    this.tokens = burst;
    this.filledMs = nowMs();
  }

  /** Take a token; return how many milliseconds it takes until there is one, 0 if it was taken. */
  take(): number {
    const nowMs = this.nowMs();
    this.tokens = Math.min(this.burst, this.tokens + (nowMs - this.filledMs) / this.refillMs);
    this.filledMs = nowMs;
    if (this.tokens < 1) return Math.ceil((1 - this.tokens) * this.refillMs);
    this.tokens -= 1;
    return 0;
  }
}
