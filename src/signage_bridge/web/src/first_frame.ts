// When a creative may cover the old one: on its first frame, and never without a picture.

import type { Timers } from "./clock";

/** A frame that is about to be painted. */
export interface FirstFrame {
  /** When it is painted, on the page's clock. */
  atMs: number;
  /** Whether the browser told of the frame; else the time was up. */
  isSeen: boolean;
}

/** How long after `playing` a frame is waited for. */
export const FIRST_FRAME_TIMEOUT_MS = 500;

/** What the browser knows of a film that plays. */
export interface FilmFacts {
  /** Width of its picture in pixels; 0 if nothing of it is a picture that this browser can show. */
  widthPx: number;
  /** Frames decoded so far; undefined if the browser does not count them. */
  frames: number | undefined;
  hasEnded: boolean;
  /** Whether the page is hidden, where a browser decodes no pictures and tells of no frames. */
  isHidden: boolean;
}

/** Whether there is a picture though no frame was told of. */
export type Picture = "there" | "awaited" | "missing";

/** Judge a film of whose frames the browser did not tell: sound alone is no picture. */
export function judgePicture({ widthPx, frames, hasEnded, isHidden }: FilmFacts): Picture {
  if (widthPx === 0) return "missing";
  if (frames === undefined || frames > 0 || isHidden) return "there";
  return hasEnded ? "missing" : "awaited";
}

/** Tells of the first frame once, or that there is none. */
export class FirstFrameWait {
  private timer: number | undefined;
  private isDone = false;

  constructor(
    private readonly timers: Timers,
    private readonly look: () => Picture,
    private readonly arrived: (frame: FirstFrame) => void,
    private readonly missing: () => void,
  ) {}

  /** The browser presents a frame. */
  onFrame(atMs: number): void {
    this.finish({ atMs, isSeen: true });
  }

  /** The film runs or has ended, its frame may still be on its way; a hidden page never tells of frames. */
  onPlaying(): void {
    if (this.isDone || this.timer !== undefined) return;
    this.timer = this.timers.set(() => this.onTimeUp(), FIRST_FRAME_TIMEOUT_MS);
  }

  cancel(): void {
    this.isDone = true;
    if (this.timer !== undefined) this.timers.clear(this.timer);
  }

  private onTimeUp(): void {
    this.timer = undefined;
    const picture = this.look();
    if (picture === "there") this.finish({ atMs: this.timers.nowMs(), isSeen: false });
    else if (picture === "awaited") this.onPlaying();
    else {
      this.cancel();
      this.missing();
    }
  }

  private finish(frame: FirstFrame): void {
    if (this.isDone) return;
    this.cancel();
    this.arrived(frame);
  }
}
