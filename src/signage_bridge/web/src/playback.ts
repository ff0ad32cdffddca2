// What the screen shows and how that is accounted for: puts player, media cache and reports together.

import { lastManifest, loadManifest } from "./bridge_http";
import { type Timers, toEpochMs, WallClock, within } from "./clock";
import { newId } from "./connection";
import { Downloads } from "./download";
import { MEDIA_BUDGET_BYTES, MediaCache, MEMORY_BUDGET_BYTES } from "./media_cache";
import { type AdPlayback, type AdSelection, PlaybackEvent } from "./messages";
import { Player, type Showing } from "./player";
import { housePlaylistOf, type Manifest, playlistOf } from "./playlist";
import { type Delivery, makeReport, type Reporter, ReportQueue } from "./reports";
import type { FirstFrame } from "./first_frame";
import type { Slot } from "./slot";
import type { Latency, PlaybackStatus, StateInputs } from "./status";
import type { ExitReports, PageStores } from "./storage";

/** After a cut, how long an answer to somebody is repeated before the house playlist takes over. */
export const TARGETED_AFTER_CUT_MS = 30_000;
export const MANIFEST_INTERVAL_MS = 60_000;
/** How long the browser may take to find what it keeps, before the network is asked for it. */
export const RESTORE_LIMIT_MS = 5_000;

/** Return how long a showing took to be painted; undefined if no selection asked for it. */
export function measureLatency(showing: Showing, paintedMs: number, messageToPaintedMs: number): Latency | undefined {
  const selection = showing.playlist.selection;
  if (!selection) return undefined;
  return {
    creative: showing.item.creative,
    capturedToPaintedMs: paintedMs - toEpochMs(selection.captured),
    arrivedToPaintedMs: selection.arrived.sec > 0 ? paintedMs - toEpochMs(selection.arrived) : undefined,
    messageToPaintedMs,
  };
}

export interface PlaybackOptions {
  stores: PageStores;
  slots: readonly [Slot, Slot];
  timers: Timers;
  /** Return who reports now: the bridge may name it only later. */
  reporter: () => Reporter;
  /** What the page shows of playback is different. */
  changed: () => void;
}

export class Playback {
  private readonly player: Player;
  private readonly media: MediaCache;
  private readonly reports: ReportQueue;
  private readonly clock: WallClock;
  /** When a selection came that is not painted yet, on the page's clock. */
  private readonly receivedMs = new WeakMap<AdSelection, number>();
  private latency: Latency | undefined;
  private reportsRefused = 0;
  private refusal = "";
  private houseTimer: number | undefined;
  /** What is on the screen. */
  showing: Showing | undefined;
  /** Whether something was tried and nothing could be shown. */
  hasFailed = false;

  constructor(private readonly options: PlaybackOptions) {
    const { stores, slots, timers } = options;
    this.clock = new WallClock(() => timers.nowMs(), Date.now);
    const downloads = new Downloads();
    this.media = new MediaCache({
      blobs: stores.blobs,
      fetchMedia: (url, bytes) => downloads.fetch(url, bytes),
      toUrl: (blob) => URL.createObjectURL(blob),
      freeUrl: (url) => URL.revokeObjectURL(url),
      nowMs: () => timers.nowMs(),
      wallNowMs: Date.now,
      budgetBytes: MEDIA_BUDGET_BYTES,
      memoryBytes: MEMORY_BUDGET_BYTES,
    });
    const pause = (ms: number): Promise<void> => new Promise((resolve) => timers.set(() => resolve(), ms));
    const events = {
      changed: options.changed,
      refused: (report: AdPlayback, reason: string) => this.onReportRefused(report, reason),
    };
    this.reports = new ReportQueue(stores.reports, pause, events, Math.random);
    this.player = new Player({
      slots,
      timers,
      sourceOf: (url) => this.media.sourceOf(url),
      newId,
      events: {
        report: (...event) => this.onReport(...event),
        painted: (showing, frame) => this.onPainted(showing, frame),
        changed: (showing) => this.onShown(showing),
      },
    });
  }

  /** Take up what earlier pages left: their last reports, and the media of the manifest that they saw last. */
  async restore(): Promise<void> {
    const { exitReports, values } = this.options.stores;
    void this.takeUp(exitReports);
    const manifest = await lastManifest(values);
    if (manifest) await this.restoreMedia(manifest);
  }

  /** Keep what was reported last when earlier pages were left; only then it may be forgotten where it was. */
  private async takeUp(exitReports: ExitReports): Promise<void> {
    const reports = exitReports.list();
    for (const report of reports) await this.reports.add(report);
    exitReports.forget(reports);
  }

  /** Load manifest and media now, and again for ever. */
  keepMediaFresh(): void {
    void this.refreshMedia();
    this.options.timers.set(() => this.keepMediaFresh(), MANIFEST_INTERVAL_MS);
  }

  /** The network is back: try again at once what could not be loaded or shown. */
  retryMedia(): void {
    this.media.retryNow();
    this.player.retryNow();
    void this.refreshMedia();
  }

  /** Load the manifest and what is missing of its media. */
  async refreshMedia(): Promise<void> {
    const manifest = await loadManifest(this.options.stores.values);
    if (!manifest) return;
    await this.restoreMedia(manifest);
    const house = housePlaylistOf(manifest);
    if (house) this.player.setHousePlaylist(house);
    await this.media.fetch(manifest);
    this.options.changed();
  }

  private async restoreMedia(manifest: Manifest): Promise<void> {
    const restored = this.media.restore(manifest);
    await within(this.options.timers, RESTORE_LIMIT_MS, "kept media", restored).catch((error) => console.warn(error));
  }

  /** Show what a selection asks for. */
  show(selection: AdSelection): void {
    this.receivedMs.set(selection, this.options.timers.nowMs());
    const playlist = playlistOf(selection);
    this.player.show(playlist);
    if (playlist.items.some((item) => !this.media.knows(item.url))) void this.refreshMedia();
  }

  /** Try again at once what could not be shown. */
  retryNow(): void {
    this.player.retryNow();
  }

  /** There is a connection, over which reports can be delivered. */
  onConnected(delivery: Delivery): void {
    if (this.houseTimer !== undefined) this.options.timers.clear(this.houseTimer);
    this.houseTimer = undefined;
    this.reports.attach(delivery);
  }

  /** There is no connection: nobody can tell any more whether those who are answered are still there. */
  onDisconnected(): void {
    this.reports.detach();
    this.houseTimer ??= this.options.timers.set(() => this.player.showHousePlaylist(), TARGETED_AFTER_CUT_MS);
  }

  /** The page is left: save the report of what that interrupts. */
  exit(): void {
    const showing = this.player.exit();
    if (!showing) return;
    const nowMs = this.options.timers.nowMs();
    this.options.stores.exitReports.save(this.reportOf(PlaybackEvent.INTERRUPTED, showing, nowMs, "the page was left"));
  }

  get shown(): StateInputs["shown"] {
    if (!this.showing) return "nothing";
    return this.showing.playlist.isHouse ? "house" : "targeted";
  }

  get status(): PlaybackStatus {
    return {
      creative: this.showing?.item.creative ?? "",
      playId: this.showing?.playId ?? "",
      episode: this.showing?.playlist.episode ?? "",
      latency: this.latency,
      reportsWaiting: this.reports.waiting,
      reportsAccepted: this.reports.accepted,
      reportsRefused: this.reportsRefused,
      reportsProblem: this.reports.problem || this.refusal,
      mediaKept: this.media.kept,
      mediaTotal: this.media.total,
    };
  }

  private onShown(showing: Showing | undefined): void {
    this.showing = showing;
    if (showing) this.media.setShown(showing.playlist.items.map(({ url }) => url));
    this.hasFailed = showing === undefined;
    this.options.changed();
  }

  private onReport(event: number, showing: Showing, atMs: number, detail: string): void {
    void this.reports.add(this.reportOf(event, showing, atMs, detail));
    if (event === PlaybackEvent.FAILED) void this.media.recheck(showing.item.url);
  }

  private onPainted(showing: Showing, frame: FirstFrame): void {
    const selection = showing.playlist.selection;
    const receivedMs = selection && this.receivedMs.get(selection);
    if (!selection || receivedMs === undefined) return;
    this.receivedMs.delete(selection);
    this.latency = measureLatency(showing, this.clock.at(frame.atMs), frame.atMs - receivedMs);
  }

  private onReportRefused(report: AdPlayback, reason: string): void {
    console.warn("a report was refused", reason, report);
    this.reportsRefused += 1;
    this.refusal = reason;
    this.options.changed();
  }

  private reportOf(event: number, showing: Showing, atMs: number, detail: string): AdPlayback {
    return makeReport(this.options.reporter(), event, showing, this.clock.at(atMs), detail);
  }
}
