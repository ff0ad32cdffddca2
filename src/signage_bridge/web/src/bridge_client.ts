// The page as a client of the bridge: connects and reconnects, and subscribes to what the page reads.

import { loadConfig } from "./bridge_http";
import type { Timers } from "./clock";
import { type BridgeConfig, type PageOptions, rosbridgeUrl, screenName } from "./config";
import { Backoff, Connection, type ConnectionState, newId } from "./connection";
import { type Diagnostic, mergeDiagnostics } from "./debug_overlay";
import { makePublishing, makeRecording } from "./delivery";
import { type AdSelection, type DiagnosticArray, MESSAGE_TYPES, type Presence } from "./messages";
import type { Delivery } from "./reports";
import { RosbridgeSession } from "./rosbridge";
import type { ValueStore } from "./storage";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;

export interface BridgeClientEvents {
  /** There is a connection, over which reports can be delivered. */
  connected(delivery: Delivery): void;
  /** A connection is over, or an attempt failed. */
  disconnected(): void;
  selected(selection: AdSelection): void;
  /** Something else that the page shows of the client is different. */
  changed(): void;
}

export class BridgeClient {
  private readonly connection: Connection<RosbridgeSession>;
  state: ConnectionState = "connecting";
  /** Only with `?debug=1`, as are the diagnostics. */
  presence: Presence | undefined;
  diagnostics: ReadonlyMap<string, Diagnostic> = new Map();

  constructor(
    private readonly options: PageOptions,
    private config: BridgeConfig,
    private readonly values: ValueStore,
    private readonly timers: Timers,
    private readonly events: BridgeClientEvents,
  ) {
    const backoff = new Backoff({ firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS, random: Math.random });
    this.connection = new Connection<RosbridgeSession>(() => this.makeSession(), backoff, timers, {
      stateChanged: (state) => this.onState(state),
      opened: (session) => this.onOpened(session),
      closed: () => this.onClosed(),
    });
  }

  start(): void {
    this.connection.start();
  }

  /** Do not wait for the next attempt: the network seems to be back. */
  reconnectNow(): void {
    this.connection.reconnectNow();
  }

  /** Connections tried since the page was opened. */
  get attempts(): number {
    return this.connection.attempts;
  }

  get device(): string {
    return this.options.device || this.config.device;
  }

  get screen(): string {
    return screenName(this.options, this.config);
  }

  get url(): string {
    return rosbridgeUrl(location.protocol, location.hostname, this.config.rosbridge_port);
  }

  /** The bridge's port may have changed since the last attempt. */
  private async makeSession(): Promise<RosbridgeSession> {
    if (this.attempts > 1) this.config = await loadConfig(this.values, this.config);
    return new RosbridgeSession(this.url, this.device);
  }

  private onState(state: ConnectionState): void {
    this.state = state;
    this.events.changed();
  }

  private onOpened(session: RosbridgeSession): void {
    session.subscribe<AdSelection>(`/${this.device}/ad`, MESSAGE_TYPES.ad, (ad) => this.events.selected(ad));
    this.events.connected(this.makeDelivery(session));
    if (this.options.debug) this.subscribeDebug(session);
  }

  private makeDelivery(session: RosbridgeSession): Delivery {
    if (this.config.journal) return makeRecording(session, this.timers, newId);
    session.advertisePlayback();
    return makePublishing(session, this.timers, newId);
  }

  private subscribeDebug(session: RosbridgeSession): void {
    session.subscribe<Presence>(`/${this.device}/presence`, MESSAGE_TYPES.presence, (presence) => {
      this.presence = presence;
      this.events.changed();
    });
    session.subscribe<DiagnosticArray>("/diagnostics", MESSAGE_TYPES.diagnostics, (message) => {
      this.diagnostics = mergeDiagnostics(this.diagnostics, message);
      this.events.changed();
    });
  }

  private onClosed(): void {
    this.presence = undefined;
    this.diagnostics = new Map();
    this.events.disconnected();
  }
}
