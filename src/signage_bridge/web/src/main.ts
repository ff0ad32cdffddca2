// Start the page: its elements, timers and events of the window.

import { loadFirstConfig } from "./bridge_http";
import type { Timers } from "./clock";
import { readPageOptions } from "./config";
import { showOverlay } from "./debug_overlay";
import { Sign } from "./sign";
import { DomSlot } from "./slot";
import { exposeStatus, showCard, writeAttributes } from "./status";
import { makeStores } from "./storage";

const OVERLAY_INTERVAL_MS = 1_000;

const timers: Timers = {
  set: (action, ms) => window.setTimeout(action, ms),
  clear: (timer) => window.clearTimeout(timer),
  nowMs: () => performance.now(),
};

function makeSlots(): [DomSlot, DomSlot] {
  const roots = document.querySelectorAll<HTMLElement>(".slot");
  const [first, second] = [...roots].map((root) => new DomSlot(root, timers));
  if (!first || !second) throw new Error("the page has no two slots");
  return [first, second];
}

async function main(): Promise<void> {
  const options = readPageOptions(location.search);
  const stores = makeStores(options.device, options.screen, timers);
  const config = await loadFirstConfig(stores.values);
  const refresh = (): void => {
    writeAttributes(sign.status);
    showCard(sign.status.state);
    if (options.debug) showOverlay(sign.overlay);
  };
  const sign = new Sign(options, config, stores, makeSlots(), timers, refresh);
  exposeStatus(() => sign.status);
  document.title = `Sign ${sign.status.screen}`;
  window.addEventListener("online", () => sign.reconnectNow());
  window.addEventListener("pointerdown", () => sign.retryPlayback());
  window.addEventListener("pagehide", () => sign.exit());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  if (options.debug) window.setInterval(refresh, OVERLAY_INTERVAL_MS);
  await sign.start();
}

void main();
