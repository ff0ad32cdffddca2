// One of the two slots that lie on each other on the stage: a video element and an image, of which at most one is used
// at a time. Each state of a showing ends by itself: the start after START_TIMEOUT_MS, a film that stands still after
// STALL_TIMEOUT_MS, a picture when its time is over.

import type { Timers } from "./clock";
import { type FirstFrame, FirstFrameWait, judgePicture, type Picture } from "./first_frame";
import type { PlaylistItem } from "./playlist";

export const START_TIMEOUT_MS = 10_000;
export const STALL_TIMEOUT_MS = 5_000;
/** However short a creative is, it stays this long: its last frame is held. */
export const SHORTEST_SHOWING_MS = 500;
/** From one frame to the next, at 60 Hz. */
const FRAME_MS = 1000 / 60;
/** After a change, how long the old creative stays beneath the new one where no frame tells that it is covered. */
const COVERED_AFTER_MS = 2_000;
const COVERED_WHILE_HIDDEN_MS = 200;

/** Fill the screen where little is cut off; else show the whole creative on dark ground. */
export function objectFit(
  width: number,
  height: number,
  screenWidth: number,
  screenHeight: number,
): "cover" | "contain" {
  const ratio = width / height / (screenWidth / screenHeight);
  return ratio > 0.85 && ratio < 1.18 ? "cover" : "contain";
}

/** Return whether a film that has ended was shown for clearly less than it said it lasts; infinite if it did not say. */
export function isCutShort(shownMs: number, saidMs: number): boolean {
  return Number.isFinite(saidMs) && shownMs < 0.9 * saidMs - SHORTEST_SHOWING_MS;
}

/** What a slot tells of the creative that it was started with: that it was painted and then how it ended, or failed. */
export interface SlotEvents {
  /** The first frame is painted now; the slot has already come to the front. */
  painted(frame: FirstFrame): void;
  ended(): void;
  failed(reason: string): void;
}

export interface Slot {
  /** Get ready to start at once; keeps what is already loaded, and what is not covered yet. */
  load(item: PlaylistItem, source: string): void;
  /** Show it from its beginning; what was shown in this slot before stays until the other slot covers it. */
  start(item: PlaylistItem, source: string, events: SlotEvents): void;
  /** Go behind the other slot. */
  sendToBack(): void;
  /** Go behind the other slot and free what is loaded. */
  unload(): void;
}

export class DomSlot implements Slot {
  private readonly video: HTMLVideoElement;
  private readonly image: HTMLImageElement;
  private loaded = "";
  /** What is loaded was played or can't be used, so it has to be loaded again. */
  private isSpent = false;
  private frameCallback: number | undefined;
  private hasFrame = false;
  private firstFrame: FirstFrameWait | undefined;
  private events: SlotEvents | undefined;
  private watchdog: number | undefined;
  /** When what is shown was painted, on the page's clock. */
  private paintedMs: number | undefined;
  private hasEnded = false;
  private startedMs = 0;
  /** What the film says that it lasts; a browser that finds its end sooner corrects its own figure. */
  private saidMs = Number.POSITIVE_INFINITY;
  private cancelCovered: (() => void) | undefined;
  /** Set while the other slot is not composited over this one yet: what to do then, beside leaving the front. */
  private onCovered: (() => void) | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly timers: Timers,
  ) {
    this.video = root.querySelector("video") as HTMLVideoElement;
    this.image = root.querySelector("img") as HTMLImageElement;
    this.video.muted = true;
    this.video.addEventListener("playing", () => this.firstFrame?.onPlaying());
    this.video.addEventListener("ended", () => this.onVideoEnded());
    this.video.addEventListener("error", () => this.onFailed(errorText(this.video.error)));
    this.video.addEventListener("pause", () => this.resume());
    this.image.addEventListener("error", () => this.onImageError());
    const fit = (): void => this.fitToScreen();
    this.video.addEventListener("loadedmetadata", () => {
      this.saidMs = this.video.duration * 1000;
      fit();
    });
    this.video.addEventListener("resize", fit);
    this.image.addEventListener("load", fit);
    window.addEventListener("resize", fit);
  }

  load(item: PlaylistItem, source: string): void {
    if (this.onCovered || (this.loaded === source && !this.isSpent && !this.video.error)) return;
    this.unload();
    this.loaded = source;
    this.root.dataset.kind = item.kind;
    if (item.kind === "picture") {
      this.image.src = source;
    } else {
      this.video.src = source;
      this.watchFirstFrame();
    }
  }

  start(item: PlaylistItem, source: string, events: SlotEvents): void {
    if (this.onCovered) {
      this.onCovered = () => this.start(item, source, events);
      return;
    }
    this.load(item, source);
    this.stopWatching();
    this.leaveFront();
    this.events = events;
    this.startedMs = this.timers.nowMs();
    this.paintedMs = undefined;
    this.hasEnded = false;
    this.isSpent = true;
    this.root.classList.add("coming");
    this.firstFrame = new FirstFrameWait(
      this.timers,
      () => (item.kind === "picture" ? "there" : this.judgeFilm()),
      (frame) => this.onFirstFrame(frame, item),
      () => this.onFailed("no picture: it has nothing but sound, or a codec that this browser lacks"),
    );
    this.setWatchdog(() => this.onFailed(`no picture within ${START_TIMEOUT_MS / 1000} s`), START_TIMEOUT_MS);
    if (item.kind === "picture") this.startPicture();
    else this.startVideo();
  }

  sendToBack(): void {
    this.stopWatching();
    this.video.pause();
    this.onCovered = () => undefined;
    this.whenCovered(() => {
      const next = this.onCovered;
      this.leaveFront();
      next?.();
    });
  }

  unload(): void {
    this.stopWatching();
    this.leaveFront();
    if (this.frameCallback !== undefined) this.video.cancelVideoFrameCallback?.(this.frameCallback);
    this.frameCallback = undefined;
    this.hasFrame = false;
    this.isSpent = false;
    if (!this.loaded) return;
    this.loaded = "";
    this.video.removeAttribute("src");
    this.video.load();
    this.image.removeAttribute("src");
  }

  /** Keep the fit right when the size of a film is known or the screen turns. */
  private fitToScreen(): void {
    const { video, image } = this;
    if (video.videoWidth)
      video.style.objectFit = objectFit(video.videoWidth, video.videoHeight, innerWidth, innerHeight);
    if (image.naturalWidth)
      image.style.objectFit = objectFit(image.naturalWidth, image.naturalHeight, innerWidth, innerHeight);
  }

  private startVideo(): void {
    const firstFrame = this.firstFrame;
    if (this.hasFrame) onNextFrame((atMs) => firstFrame?.onFrame(atMs));
    this.video.play().catch((error: DOMException) => {
      if (firstFrame === this.firstFrame && error.name !== "AbortError")
        this.onFailed(`${error.name}: ${error.message}`);
    });
  }

  private startPicture(): void {
    const firstFrame = this.firstFrame;
    this.image.decode().then(
      () => {
        firstFrame?.onPlaying();
        onNextFrame((atMs) => firstFrame?.onFrame(atMs));
      },
      (error: DOMException) => {
        if (firstFrame === this.firstFrame) this.onFailed(`${error.name}: ${error.message}`);
      },
    );
  }

  private watchFirstFrame(): void {
    this.frameCallback = this.video.requestVideoFrameCallback?.((nowMs, metadata) => {
      this.frameCallback = undefined;
      this.hasFrame = true;
      this.firstFrame?.onFrame(Math.max(nowMs, metadata.expectedDisplayTime));
    });
  }

  private judgeFilm(): Picture {
    return judgePicture({
      widthPx: this.video.videoWidth,
      frames: this.video.getVideoPlaybackQuality?.().totalVideoFrames,
      hasEnded: this.hasEnded,
      isHidden: document.hidden,
    });
  }

  private onFirstFrame(frame: FirstFrame, item: PlaylistItem): void {
    this.paintedMs = this.timers.nowMs();
    this.root.classList.replace("coming", "front");
    this.root.classList.add("fresh");
    this.whenCovered(() => this.root.classList.remove("fresh"));
    if (item.kind === "picture") this.endAfter(item.durationS * 1000);
    else if (this.hasEnded) this.endFilm();
    else this.watchProgress(item.durationS * 1000);
    this.events?.painted(frame);
  }

  /** Look after a film that runs: fail if it stands still, end if a hidden page's film was put to sleep. */
  private watchProgress(durationMs: number): void {
    const startedMs = this.timers.nowMs();
    let lastS = -1;
    const check = (): void => {
      const isStuck = this.video.currentTime === lastS;
      lastS = this.video.currentTime;
      const isOverdue = this.timers.nowMs() - startedMs > durationMs + STALL_TIMEOUT_MS;
      if (isStuck && document.hidden && !isOverdue) this.setWatchdog(check, STALL_TIMEOUT_MS);
      else if (isStuck && document.hidden) this.onEnded();
      else if (isStuck && this.video.ended) this.endFilm();
      else if (isStuck) this.onFailed(`stands still at ${lastS.toFixed(1)} s`);
      else this.setWatchdog(check, STALL_TIMEOUT_MS);
    };
    this.setWatchdog(check, STALL_TIMEOUT_MS);
  }

  private setWatchdog(action: () => void, ms: number): void {
    if (this.watchdog !== undefined) this.timers.clear(this.watchdog);
    this.watchdog = this.timers.set(action, ms);
  }

  /** Media keys and power saving may pause a film; a sign goes on. */
  private resume(): void {
    if (this.events && !this.video.ended && this.video.src) this.video.play().catch(() => undefined);
  }

  /** A film may end before the browser tells of its first frame, which then is its last one, too. */
  private onVideoEnded(): void {
    this.hasEnded = true;
    if (this.paintedMs === undefined) this.firstFrame?.onPlaying();
    else this.endFilm();
  }

  /** A film whose rest can't be read ends where it is damaged, as if that were its end. */
  private endFilm(): void {
    const shownMs = this.timers.nowMs() - this.startedMs;
    if (!isCutShort(shownMs, this.saidMs)) this.endAfter(0);
    else this.endAfter(0, `ended after ${(shownMs / 1000).toFixed(1)} s of ${(this.saidMs / 1000).toFixed(1)} s`);
  }

  /** End so long after the first frame, but not sooner than a creative may; with a reason, as one that failed. */
  private endAfter(ms: number, reason?: string): void {
    const shownMs = this.timers.nowMs() - (this.paintedMs ?? 0);
    const leftMs = Math.max(ms, SHORTEST_SHOWING_MS) - shownMs;
    const end = (): void => (reason === undefined ? this.onEnded() : this.onFailed(reason));
    if (leftMs > 0) this.setWatchdog(end, leftMs);
    else end();
  }

  private onEnded(): void {
    const events = this.events;
    this.stopWatching();
    events?.ended();
  }

  /** A picture that was loaded beforehand and could not be had is asked for again when it is started. */
  private onImageError(): void {
    this.isSpent = true;
  }

  /** What was painted stays until something else covers it. */
  private onFailed(reason: string): void {
    const events = this.events;
    if (!events) return;
    this.stopWatching();
    if (this.paintedMs === undefined) this.unload();
    else this.video.pause();
    events.failed(reason);
  }

  private stopWatching(): void {
    this.root.classList.remove("coming");
    this.events = undefined;
    this.firstFrame?.cancel();
    this.firstFrame = undefined;
    if (this.watchdog !== undefined) this.timers.clear(this.watchdog);
    this.watchdog = undefined;
  }

  private leaveFront(): void {
    this.cancelCovered?.();
    this.onCovered = undefined;
    this.root.classList.remove("front", "fresh");
  }

  /** Act when the new creative has been composited over the old one; a hidden page composites nothing. */
  private whenCovered(act: () => void): void {
    this.cancelCovered?.();
    let isDone = false;
    const finish = (): void => {
      if (isDone) return;
      cancel();
      act();
    };
    const timer = this.timers.set(finish, document.hidden ? COVERED_WHILE_HIDDEN_MS : COVERED_AFTER_MS);
    const cancel = (): void => {
      isDone = true;
      this.timers.clear(timer);
    };
    this.cancelCovered = cancel;
    requestAnimationFrame(() => requestAnimationFrame(finish));
  }
}

/** Let one frame be composited with the slot in front, then call back with the time at which the next is painted. */
function onNextFrame(painted: (atMs: number) => void): void {
  requestAnimationFrame(() => requestAnimationFrame((nowMs) => painted(nowMs + FRAME_MS)));
}

function errorText(error: MediaError | null): string {
  const names = ["", "aborted", "network error", "can't be decoded", "unsupported or missing"];
  return error ? `${names[error.code] ?? "error"}${error.message ? `: ${error.message}` : ""}` : "unknown error";
}
