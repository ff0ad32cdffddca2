// The state of the sign in one word.

import type { ConnectionState } from "./connection";

export type Shown = "house" | "targeted" | "nothing";
export type SignState = "connecting" | "house-loop" | "targeted" | "disconnected" | "nothing-playable";

export interface Facts {
  connection: ConnectionState;
  shown: Shown;
  /** Whether something was tried and could not be shown. */
  failed: boolean;
}

/** Return the state: what is missing comes before what is shown. */
export function signState({ connection, shown, failed }: Facts): SignState {
  if (shown === "nothing" && failed) return "nothing-playable";
  if (connection !== "connected") return connection;
  if (shown === "nothing") return "connecting";
  return shown === "house" ? "house-loop" : "targeted";
}

/** What the card behind the stage says while nothing covers it. */
export const CARDS: Record<SignState, { title: string; text: string }> = {
  connecting: { title: "Just a moment", text: "Connecting" },
  "house-loop": { title: "Just a moment", text: "Loading" },
  targeted: { title: "Just a moment", text: "Loading" },
  disconnected: { title: "Back in a moment", text: "Waiting for the network" },
  "nothing-playable": { title: "Back soon", text: "There is nothing to show right now" },
};
