// What the sign says of itself to kiosks and checks: `window.signage`, read only, and data attributes of <html>.

import type { ConnectionState } from "./connection";
import type { Latency } from "./debug_overlay";
import type { SignState } from "./state";

export interface Status {
  state: SignState;
  connection: ConnectionState;
  device: string;
  screen: string;
  /** What is on the screen; empty if nothing is. */
  creative: string;
  playId: string;
  /** The episode that it answers; empty for the house playlist. */
  episode: string;
  latency: Latency | undefined;
  reportsWaiting: number;
  reportsAccepted: number;
  reportsRefused: number;
  mediaKept: number;
  mediaTotal: number;
}

declare global {
  interface Window {
    readonly signage: Readonly<Status>;
  }
}

/** Let `window.signage` give the newest status. */
export function exposeStatus(read: () => Status): void {
  Object.defineProperty(window, "signage", { get: () => Object.freeze(read()), enumerable: true });
}

/** Write the status to the data attributes of <html>: data-state, data-connection, data-creative, data-play-id, ... */
export function writeAttributes(status: Status): void {
  const data = document.documentElement.dataset;
  data.state = status.state;
  data.connection = status.connection;
  data.creative = status.creative;
  data.playId = status.playId;
  data.episode = status.episode;
}
