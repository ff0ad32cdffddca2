// The sign's state in one word, and what it says of itself: to people on the card, to kiosks and tests as
// `window.signage` and as data attributes of <html>.

import type { ConnectionState } from "./connection";

export type SignState = "connecting" | "house-loop" | "targeted" | "disconnected" | "nothing-playable";

export interface StateInputs {
  connection: ConnectionState;
  shown: "house" | "targeted" | "nothing";
  /** Whether something was tried and could not be shown. */
  hasFailed: boolean;
}

/** Choose the state: what is missing comes before what is shown. */
export function signState({ connection, shown, hasFailed }: StateInputs): SignState {
  if (shown === "nothing" && hasFailed) return "nothing-playable";
  if (connection !== "connected") return connection;
  if (shown === "nothing") return "connecting";
  return shown === "house" ? "house-loop" : "targeted";
}

/** How long the last change took, until its first frame was painted. */
export interface Latency {
  creative: string;
  capturedToPaintedMs: number;
  /** Undefined if it is not known when somebody arrived. */
  arrivedToPaintedMs: number | undefined;
  messageToPaintedMs: number;
}

/** What playback says of itself. */
export interface PlaybackStatus {
  /** What is on the screen; empty if nothing is. */
  creative: string;
  playId: string;
  /** The episode that it answers; empty for the house playlist. */
  episode: string;
  latency: Latency | undefined;
  reportsWaiting: number;
  reportsAccepted: number;
  reportsRefused: number;
  /** Why reports wait although there is a connection, else why the last one was refused; empty if neither is. */
  reportsProblem: string;
  mediaKept: number;
  mediaTotal: number;
}

/** `window.signage`. */
export interface SignStatus extends PlaybackStatus {
  state: SignState;
  connection: ConnectionState;
  device: string;
  screen: string;
}

declare global {
  interface Window {
    readonly signage: Readonly<SignStatus>;
  }
}

/** Let `window.signage` give the newest status, read only. */
export function exposeStatus(read: () => SignStatus): void {
  Object.defineProperty(window, "signage", { get: () => Object.freeze(read()), enumerable: true });
}

/** Write the status to the data attributes of <html>: data-state, data-connection, data-creative, data-play-id, ... */
export function writeAttributes(status: SignStatus): void {
  const data = document.documentElement.dataset;
  data.state = status.state;
  data.connection = status.connection;
  data.creative = status.creative;
  data.playId = status.playId;
  data.episode = status.episode;
}

/** What the card behind the slots says while nothing covers it. */
export const CARD_TEXTS: Record<SignState, { title: string; text: string }> = {
  connecting: { title: "Just a moment", text: "Connecting" },
  "house-loop": { title: "Just a moment", text: "Loading" },
  targeted: { title: "Just a moment", text: "Loading" },
  disconnected: { title: "Back in a moment", text: "Waiting for the network" },
  "nothing-playable": { title: "Back soon", text: "There is nothing to show right now" },
};

/** Write a state's text on the card. */
export function showCard(state: SignState): void {
  (document.getElementById("card-title") as HTMLElement).textContent = CARD_TEXTS[state].title;
  (document.getElementById("card-text") as HTMLElement).textContent = CARD_TEXTS[state].text;
}
