// The sign: puts player, media, reports and connection together.

import { Backoff } from "./backoff";
import { type BridgeConfig, type PageOptions, rosbridgeUrl, screenName } from "./config";
import { Connection, type ConnectionState } from "./connection";
import { makeDelivery } from "./delivery";
import { newId } from "./ids";
import { BUDGET_BYTES, MediaStore } from "./media_cache";
import {
  type AdPlayback,
  type AdSelection,
  type DiagnosticArray,
  PlaybackEvent,
  type Presence,
  TYPES,
} from "./messages";
import { type Latency, latencyOf, type OverlayModel, withDiagnostics } from "./debug_overlay";
import { PlaybackQueue } from "./reports";
import { Player, type Showing } from "./player";
import { houseProgramme, type Manifest, programmeOf } from "./playlist";
import { fetchBlob, loadConfig, loadManifest } from "./bridge_http";
import { playbackOf } from "./reports";
import { RosSession } from "./rosbridge";
import type { Slot } from "./slot";
import { type SignState, signState } from "./state";
import type { Status } from "./status";
import type { Stores } from "./stores";
import type { FirstFrame, Timers } from "./swap";
import { WallClock } from "./clock";

/** After a cut, how long an answer to somebody is repeated before the house playlist takes over. */
export const TARGET_OUTLIVES_CUT_MS = 30_000;
export const MANIFEST_EVERY_MS = 60_000;
const { INTERRUPTED } = PlaybackEvent;

export class Sign {
  private readonly player: Player;
  private readonly media: MediaStore;
  private readonly queue: PlaybackQueue;
  private readonly link: Connection<RosSession>;
  private readonly clock: WallClock;
  private readonly heardMs = new WeakMap<AdSelection, number>();
  private connection: ConnectionState = "connecting";
  private showing: Showing | undefined;
  private failed = false;
  private latency: Latency | undefined;
  private presence: Presence | undefined;
  private diagnostics: OverlayModel["diagnostics"] = new Map();
  private reportsWaiting = 0;
  private reportsRefused = 0;
  private cut: number | undefined;

  constructor(
    private readonly options: PageOptions,
    private config: BridgeConfig,
    private readonly stores: Stores,
    slots: readonly [Slot, Slot],
    private readonly timers: Timers,
    private readonly changed: () => void,
  ) {
    this.clock = new WallClock(() => timers.nowMs(), Date.now);
    this.media = new MediaStore({
      blobs: stores.blobs,
      fetchBlob,
      toUrl: (blob) => URL.createObjectURL(blob),
      freeUrl: (url) => URL.revokeObjectURL(url),
      nowMs: () => Date.now(),
      budgetBytes: BUDGET_BYTES,
    });
    this.queue = new PlaybackQueue(stores.reports, (ms) => new Promise((resolve) => timers.set(() => resolve(), ms)), {
      changed: (waiting) => this.note({ reportsWaiting: waiting }),
      refused: (report) => {
        console.warn("the bridge refused a report", report);
        this.note({ reportsRefused: this.reportsRefused + 1 });
      },
    });
    this.player = new Player({
      slots,
      timers,
      sourceOf: (url) => this.media.sourceOf(url),
      newId,
      events: {
        report: (...what) => void this.queue.push(this.reportOf(...what)),
        painted: (showing, frame) => this.painted(showing, frame),
        changed: (showing) => this.note({ showing, failed: showing === undefined }),
      },
    });
    const backoff = new Backoff({ firstMs: 250, longestMs: 8_000, random: Math.random });
    this.link = new Connection<RosSession>(() => this.makeSession(), backoff, timers, {
      state: (connection) => this.note({ connection }),
      opened: (session) => this.opened(session),
      closed: () => this.closed(),
    });
  }

  /** Show what is known already, connect, and go on for ever. */
  async start(): Promise<void> {
    for (const report of this.stores.farewell.take()) void this.queue.push(report);
    const last = await this.stores.values.get<Manifest>("manifest");
    if (last) await this.media.restore(last);
    this.link.start();
    await this.refreshMedia();
    const again = (): void => {
      void this.refreshMedia();
      this.timers.set(again, MANIFEST_EVERY_MS);
    };
    this.timers.set(again, MANIFEST_EVERY_MS);
  }

  /** The network seems to be back. */
  hurry(): void {
    this.link.hurry();
  }

  /** Somebody touched the screen: a browser that blocked films may let them play now. */
  touched(): void {
    this.player.tryAgain();
  }

  /** The page ends. */
  leave(): void {
    const showing = this.player.leave();
    if (showing)
      this.stores.farewell.leave(this.reportOf(INTERRUPTED, showing, this.timers.nowMs(), "the page was left"));
  }

  get status(): Status {
    return {
      state: this.state,
      connection: this.connection,
      device: this.device,
      screen: this.screen,
      creative: this.showing?.item.creative ?? "",
      playId: this.showing?.playId ?? "",
      episode: this.showing?.programme.episode ?? "",
      latency: this.latency,
      reportsWaiting: this.reportsWaiting,
      reportsAccepted: this.queue.accepted,
      reportsRefused: this.reportsRefused,
      mediaKept: this.media.kept,
      mediaTotal: this.media.total,
    };
  }

  get overlay(): OverlayModel {
    const { showing, presence, diagnostics } = this;
    return { ...this.status, url: this.url, attempts: this.link.attempts, showing, presence, diagnostics };
  }

  private get state(): SignState {
    const shown = this.showing ? (this.showing.programme.house ? "house" : "targeted") : "nothing";
    return signState({ connection: this.connection, shown, failed: this.failed });
  }

  private get device(): string {
    return this.options.device || this.config.device;
  }

  private get screen(): string {
    return screenName(this.options, this.config);
  }

  private get url(): string {
    return rosbridgeUrl(location.protocol, location.hostname, this.config.rosbridge_port);
  }

  private note(news: Partial<Pick<Status, "connection" | "reportsWaiting" | "reportsRefused">> & NewsOfShowing): void {
    Object.assign(this, news);
    this.changed();
  }

  private async refreshMedia(): Promise<void> {
    const manifest = await loadManifest(this.stores.values);
    if (!manifest) return;
    await this.media.restore(manifest);
    const house = houseProgramme(manifest);
    if (house) this.player.setHouse(house);
    await this.media.fetch(manifest);
    this.changed();
  }

  private async makeSession(): Promise<RosSession> {
    if (this.link.attempts > 1) this.config = await loadConfig(this.stores.values);
    return new RosSession(this.url, `/${this.device}/playback`);
  }

  private opened(session: RosSession): void {
    if (this.cut !== undefined) this.timers.clear(this.cut);
    this.cut = undefined;
    session.subscribe<AdSelection>(`/${this.device}/ad`, TYPES.ad, (message) => this.heardAd(message));
    session.advertisePlayback();
    this.queue.attach(makeDelivery(session, this.timers, newId));
    if (this.link.attempts > 1) void this.refreshMedia();
    if (!this.options.debug) return;
    session.subscribe<Presence>(`/${this.device}/presence`, TYPES.presence, (presence) => {
      this.presence = presence;
      this.changed();
    });
    session.subscribe<DiagnosticArray>("/diagnostics", TYPES.diagnostics, (message) => {
      this.diagnostics = withDiagnostics(this.diagnostics, message);
      this.changed();
    });
  }

  private closed(): void {
    this.queue.detach();
    this.presence = undefined;
    this.diagnostics = new Map();
    this.cut ??= this.timers.set(() => this.player.showHouse(), TARGET_OUTLIVES_CUT_MS);
  }

  private heardAd(selection: AdSelection): void {
    this.heardMs.set(selection, this.timers.nowMs());
    const programme = programmeOf(selection);
    this.player.show(programme);
    if (programme.items.some((item) => !this.media.has(item.url))) void this.refreshMedia();
  }

  private painted(showing: Showing, frame: FirstFrame): void {
    const selection = showing.programme.selection;
    const heardMs = selection && this.heardMs.get(selection);
    if (!selection || heardMs === undefined) return;
    this.heardMs.delete(selection);
    this.latency = latencyOf(showing, this.clock.at(frame.atMs), frame.atMs - heardMs);
  }

  private reportOf(event: number, showing: Showing, atMs: number, detail: string): AdPlayback {
    return playbackOf({ device: this.device, screen: this.screen }, event, showing, this.clock.at(atMs), detail);
  }
}

interface NewsOfShowing {
  showing?: Showing | undefined;
  failed?: boolean;
}
