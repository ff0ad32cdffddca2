// One of the two places of the stage: a video element and an image, of which at most one is used at a time.

import type { Item } from "./playlist";
import { type FirstFrame, SwapRule, type Timers } from "./swap";

export const START_LIMIT_MS = 10_000;
export const STALL_LIMIT_MS = 5_000;
const REFRESH_MS = 1000 / 60;

/** What a slot tells of the creative that it was started with. */
export interface SlotEvents {
  /** The first frame is painted now; the slot has already come to the front. */
  painted(frame: FirstFrame): void;
  ended(): void;
  failed(reason: string): void;
}

export interface Slot {
  /** Get ready to start at once; keeps what is already loaded. */
  load(item: Item, source: string): void;
  /** Show it from its beginning. */
  start(item: Item, source: string, events: SlotEvents): void;
  /** Go behind the other slot. */
  recede(): void;
  /** End and free everything. */
  stop(): void;
}

export class ElementSlot implements Slot {
  private readonly video: HTMLVideoElement;
  private readonly image: HTMLImageElement;
  private loaded = "";
  /** It was shown, so what is loaded no longer stands at its beginning. */
  private used = false;
  private frameCallback: number | undefined;
  private frameReady = false;
  private rule: SwapRule | undefined;
  private events: SlotEvents | undefined;
  private watch: number | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly timers: Timers,
  ) {
    this.video = root.querySelector("video") as HTMLVideoElement;
    this.image = root.querySelector("img") as HTMLImageElement;
    this.video.muted = true;
    this.video.addEventListener("playing", () => this.rule?.onPlaying());
    this.video.addEventListener("ended", () => this.end());
    this.video.addEventListener("error", () => this.fail(describe(this.video.error)));
    this.video.addEventListener("pause", () => this.resume());
  }

  load(item: Item, source: string): void {
    if (this.loaded === source && !this.used) return;
    this.stop();
    this.loaded = source;
    this.used = false;
    this.root.dataset.kind = item.kind;
    if (item.kind === "picture") {
      this.image.src = source;
    } else {
      this.video.src = source;
      this.awaitFrame();
    }
  }

  start(item: Item, source: string, events: SlotEvents): void {
    this.load(item, source);
    this.forget();
    this.events = events;
    this.root.classList.add("coming");
    this.rule = new SwapRule(this.timers, (frame) => this.paint(frame, item));
    this.watch = this.timers.set(() => this.fail(`no picture within ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
    if (item.kind === "picture") this.startPicture();
    else this.startVideo();
  }

  recede(): void {
    this.root.classList.remove("front");
    this.forget();
    this.video.pause();
  }

  stop(): void {
    this.recede();
    if (this.frameCallback !== undefined) this.video.cancelVideoFrameCallback?.(this.frameCallback);
    this.frameCallback = undefined;
    this.frameReady = false;
    if (this.loaded) this.empty();
  }

  private empty(): void {
    this.loaded = "";
    this.video.removeAttribute("src");
    this.video.load();
    this.image.removeAttribute("src");
  }

  private startVideo(): void {
    const rule = this.rule;
    if (this.video.error) {
      this.fail(describe(this.video.error));
      return;
    }
    this.used = true;
    if (this.frameReady) onNextFrame((atMs) => rule?.onFrame(atMs));
    this.video.play().catch((error: DOMException) => {
      if (rule === this.rule && error.name !== "AbortError") this.fail(`${error.name}: ${error.message}`);
    });
  }

  private startPicture(): void {
    const rule = this.rule;
    const source = this.loaded;
    this.image.decode().then(
      () => {
        rule?.onPlaying();
        onNextFrame((atMs) => rule?.onFrame(atMs));
      },
      (error: DOMException) => {
        if (source === this.loaded && rule === this.rule) this.fail(`${error.name}: ${error.message}`);
      },
    );
  }

  private awaitFrame(): void {
    this.frameCallback = this.video.requestVideoFrameCallback?.((nowMs, metadata) => {
      this.frameCallback = undefined;
      this.frameReady = true;
      this.rule?.onFrame(Math.max(nowMs, metadata.expectedDisplayTime));
    });
  }

  private paint(frame: FirstFrame, item: Item): void {
    this.root.classList.replace("coming", "front");
    if (item.kind === "picture") this.rearm(() => this.end(), item.durationS * 1000);
    else this.watchProgress(item.durationS * 1000);
    this.events?.painted(frame);
  }

  /** Look after a film that runs: fail if it stands still, end if a hidden page's film was put to sleep. */
  private watchProgress(durationMs: number): void {
    const startedMs = this.timers.nowMs();
    let last = -1;
    const look = (): void => {
      const stuck = this.video.currentTime === last;
      last = this.video.currentTime;
      const overdue = this.timers.nowMs() - startedMs > durationMs + STALL_LIMIT_MS;
      if (stuck && document.hidden && !overdue) this.rearm(look, STALL_LIMIT_MS);
      else if (stuck && document.hidden) this.end();
      else if (stuck) this.fail(`stands still at ${last.toFixed(1)} s`);
      else this.rearm(look, STALL_LIMIT_MS);
    };
    this.rearm(look, STALL_LIMIT_MS);
  }

  private rearm(action: () => void, ms: number): void {
    if (this.watch !== undefined) this.timers.clear(this.watch);
    this.watch = this.timers.set(action, ms);
  }

  /** Media keys and power saving may pause a film; a sign goes on. */
  private resume(): void {
    if (this.events && !this.video.ended && this.video.src) this.video.play().catch(() => undefined);
  }

  private end(): void {
    const events = this.events;
    this.forget();
    events?.ended();
  }

  private fail(reason: string): void {
    const events = this.events;
    this.forget();
    if (!events) return;
    this.empty();
    events.failed(reason);
  }

  private forget(): void {
    this.root.classList.remove("coming");
    this.events = undefined;
    this.rule?.cancel();
    this.rule = undefined;
    if (this.watch !== undefined) this.timers.clear(this.watch);
    this.watch = undefined;
  }
}

/** Let one frame be composited with the slot in front, then call back with the time at which the next is painted. */
function onNextFrame(painted: (atMs: number) => void): void {
  requestAnimationFrame(() => requestAnimationFrame((nowMs) => painted(nowMs + REFRESH_MS)));
}

function describe(error: MediaError | null): string {
  const names = ["", "aborted", "network error", "can't be decoded", "unsupported or missing"];
  return error ? `${names[error.code] ?? "error"}${error.message ? `: ${error.message}` : ""}` : "unknown error";
}
