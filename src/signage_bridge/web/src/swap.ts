// When the new creative may cover the old one: on its first decoded frame, at most so long after `playing`.

export const LONGEST_WAIT_MS = 500;

/** A frame that is about to be painted. */
export interface FirstFrame {
  /** When it is painted, on the page's clock. */
  atMs: number;
  /** Whether the browser told of the frame; else the time was up. */
  seen: boolean;
}

export interface Timers {
  set(action: () => void, ms: number): number;
  clear(timer: number): void;
  nowMs(): number;
}

/** Waits for one first frame; then calls `swap` exactly once, unless cancelled. */
export class SwapRule {
  private timer: number | undefined;
  private done = false;

  constructor(
    private readonly timers: Timers,
    private readonly swap: (frame: FirstFrame) => void,
  ) {}

  /** The browser presents a frame. */
  onFrame(atMs: number): void {
    this.finish({ atMs, seen: true });
  }

  /** The film runs, its frame may still be on its way; a hidden page never tells of frames. */
  onPlaying(): void {
    if (this.done || this.timer !== undefined) return;
    this.timer = this.timers.set(() => this.finish({ atMs: this.timers.nowMs(), seen: false }), LONGEST_WAIT_MS);
  }

  cancel(): void {
    this.done = true;
    if (this.timer !== undefined) this.timers.clear(this.timer);
  }

  private finish(frame: FirstFrame): void {
    if (this.done) return;
    this.cancel();
    this.swap(frame);
  }
}
