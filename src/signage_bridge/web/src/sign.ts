// The sign: playback on one side, the bridge's client on the other.

import { BridgeClient } from "./bridge_client";
import type { Timers } from "./clock";
import type { BridgeConfig, PageOptions } from "./config";
import type { OverlayData } from "./debug_overlay";
import { Playback } from "./playback";
import type { Delivery } from "./reports";
import type { Slot } from "./slot";
import { type SignStatus, signState } from "./status";
import type { PageStores } from "./storage";

export class Sign {
  private readonly playback: Playback;
  private readonly client: BridgeClient;

  constructor(
    options: PageOptions,
    config: BridgeConfig,
    stores: PageStores,
    slots: readonly [Slot, Slot],
    timers: Timers,
    changed: () => void,
  ) {
    this.playback = new Playback({ stores, slots, timers, reporter: () => this.client, changed });
    this.client = new BridgeClient(options, config, stores.values, timers, {
      connected: (delivery) => this.onConnected(delivery),
      disconnected: () => this.playback.onDisconnected(),
      selected: (selection) => this.playback.show(selection),
      changed,
    });
  }

  /** Show what is known already, connect, and go on for ever. */
  async start(): Promise<void> {
    await this.playback.restore();
    this.client.start();
    this.playback.keepMediaFresh();
  }

  /** The network seems to be back. */
  reconnectNow(): void {
    this.client.reconnectNow();
  }

  /** Somebody touched the screen: a browser that blocked films may let them play now. */
  retryPlayback(): void {
    this.playback.retryNow();
  }

  /** The page is left. */
  exit(): void {
    this.playback.exit();
  }

  get status(): SignStatus {
    const { state: connection, device, screen } = this.client;
    const { shown, hasFailed } = this.playback;
    return {
      state: signState({ connection, shown, hasFailed }),
      connection,
      device,
      screen,
      ...this.playback.status,
    };
  }

  get overlay(): OverlayData {
    const { url, attempts, presence, diagnostics } = this.client;
    return { ...this.status, url, attempts, showing: this.playback.showing, presence, diagnostics };
  }

  private onConnected(delivery: Delivery): void {
    this.playback.onConnected(delivery);
    if (this.client.attempts > 1) this.playback.retryMedia();
  }
}
