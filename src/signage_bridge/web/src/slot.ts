// One of the two slots that lie on each other on the stage: a video element and an image, of which at most one is used
// at a time.

import type { Timers } from "./clock";
import type { PlaylistItem } from "./playlist";

export const START_TIMEOUT_MS = 10_000;
export const STALL_TIMEOUT_MS = 5_000;
/** From one frame to the next, at 60 Hz. */
const FRAME_MS = 1000 / 60;

/** A frame that is about to be painted. */
export interface FirstFrame {
  /** When it is painted, on the page's clock. */
  atMs: number;
  /** Whether the browser told of the frame; else the time was up. */
  isSeen: boolean;
}

/** How long after `playing` a frame is waited for. */
export const FIRST_FRAME_TIMEOUT_MS = 500;

/** Tells when a creative may cover the old one: calls back once, on its first frame or when the time is up. */
export class FirstFrameWait {
  private timer: number | undefined;
  private isDone = false;

  constructor(
    private readonly timers: Timers,
    private readonly arrived: (frame: FirstFrame) => void,
  ) {}

  /** The browser presents a frame. */
  onFrame(atMs: number): void {
    this.finish({ atMs, isSeen: true });
  }

  /** The film runs, its frame may still be on its way; a hidden page never tells of frames. */
  onPlaying(): void {
    if (this.isDone || this.timer !== undefined) return;
    this.timer = this.timers.set(
      () => this.finish({ atMs: this.timers.nowMs(), isSeen: false }),
      FIRST_FRAME_TIMEOUT_MS,
    );
  }

  cancel(): void {
    this.isDone = true;
    if (this.timer !== undefined) this.timers.clear(this.timer);
  }

  private finish(frame: FirstFrame): void {
    if (this.isDone) return;
    this.cancel();
    this.arrived(frame);
  }
}

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

/** What a slot tells of the creative that it was started with. */
export interface SlotEvents {
  /** The first frame is painted now; the slot has already come to the front. */
  painted(frame: FirstFrame): void;
  ended(): void;
  failed(reason: string): void;
}

export interface Slot {
  /** Get ready to start at once; keeps what is already loaded. */
  load(item: PlaylistItem, source: string): void;
  /** Show it from its beginning. */
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
  /** What is loaded was played, so it no longer stands at its beginning. */
  private wasPlayed = false;
  private frameCallback: number | undefined;
  private hasFrame = false;
  private firstFrame: FirstFrameWait | undefined;
  private events: SlotEvents | undefined;
  private watchdog: number | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly timers: Timers,
  ) {
    this.video = root.querySelector("video") as HTMLVideoElement;
    this.image = root.querySelector("img") as HTMLImageElement;
    this.video.muted = true;
    this.video.addEventListener("playing", () => this.firstFrame?.onPlaying());
    this.video.addEventListener("ended", () => this.onEnded());
    this.video.addEventListener("error", () => this.onFailed(errorText(this.video.error)));
    this.video.addEventListener("pause", () => this.resume());
    const fit = (): void => this.fitToScreen();
    this.video.addEventListener("loadedmetadata", fit);
    this.image.addEventListener("load", fit);
    window.addEventListener("resize", fit);
  }

  load(item: PlaylistItem, source: string): void {
    if (this.loaded === source && !this.wasPlayed) return;
    this.unload();
    this.loaded = source;
    this.wasPlayed = false;
    this.root.dataset.kind = item.kind;
    if (item.kind === "picture") {
      this.image.src = source;
    } else {
      this.video.src = source;
      this.watchFirstFrame();
    }
  }

  start(item: PlaylistItem, source: string, events: SlotEvents): void {
    this.load(item, source);
    this.stopWatching();
    this.events = events;
    this.root.classList.add("coming");
    this.firstFrame = new FirstFrameWait(this.timers, (frame) => this.onFirstFrame(frame, item));
    this.watchdog = this.timers.set(
      () => this.onFailed(`no picture within ${START_TIMEOUT_MS / 1000} s`),
      START_TIMEOUT_MS,
    );
    if (item.kind === "picture") this.startPicture();
    else this.startVideo();
  }

  sendToBack(): void {
    this.root.classList.remove("front");
    this.stopWatching();
    this.video.pause();
  }

  unload(): void {
    this.sendToBack();
    if (this.frameCallback !== undefined) this.video.cancelVideoFrameCallback?.(this.frameCallback);
    this.frameCallback = undefined;
    this.hasFrame = false;
    if (this.loaded) this.unloadMedia();
  }

  /** Keep the fit right when the size of a film is known or the screen turns. */
  private fitToScreen(): void {
    const { video, image } = this;
    if (video.videoWidth)
      video.style.objectFit = objectFit(video.videoWidth, video.videoHeight, innerWidth, innerHeight);
    if (image.naturalWidth)
      image.style.objectFit = objectFit(image.naturalWidth, image.naturalHeight, innerWidth, innerHeight);
  }

  private unloadMedia(): void {
    this.loaded = "";
    this.video.removeAttribute("src");
    this.video.load();
    this.image.removeAttribute("src");
  }

  private startVideo(): void {
    const firstFrame = this.firstFrame;
    if (this.video.error) {
      this.onFailed(errorText(this.video.error));
      return;
    }
    this.wasPlayed = true;
    if (this.hasFrame) onNextFrame((atMs) => firstFrame?.onFrame(atMs));
    this.video.play().catch((error: DOMException) => {
      if (firstFrame === this.firstFrame && error.name !== "AbortError")
        this.onFailed(`${error.name}: ${error.message}`);
    });
  }

  private startPicture(): void {
    const firstFrame = this.firstFrame;
    const source = this.loaded;
    this.image.decode().then(
      () => {
        firstFrame?.onPlaying();
        onNextFrame((atMs) => firstFrame?.onFrame(atMs));
      },
      (error: DOMException) => {
        if (source === this.loaded && firstFrame === this.firstFrame) this.onFailed(`${error.name}: ${error.message}`);
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

  private onFirstFrame(frame: FirstFrame, item: PlaylistItem): void {
    this.root.classList.replace("coming", "front");
    if (item.kind === "picture") this.setWatchdog(() => this.onEnded(), item.durationS * 1000);
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

  private onEnded(): void {
    const events = this.events;
    this.stopWatching();
    events?.ended();
  }

  private onFailed(reason: string): void {
    const events = this.events;
    this.stopWatching();
    if (!events) return;
    this.unloadMedia();
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
}

/** Let one frame be composited with the slot in front, then call back with the time at which the next is painted. */
function onNextFrame(painted: (atMs: number) => void): void {
  requestAnimationFrame(() => requestAnimationFrame((nowMs) => painted(nowMs + FRAME_MS)));
}

function errorText(error: MediaError | null): string {
  const names = ["", "aborted", "network error", "can't be decoded", "unsupported or missing"];
  return error ? `${names[error.code] ?? "error"}${error.message ? `: ${error.message}` : ""}` : "unknown error";
}
