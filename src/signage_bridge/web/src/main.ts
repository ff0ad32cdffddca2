// Start the page.

import "./sign.css";
import { readOptions } from "./config";
import { loadConfig } from "./bridge_http";
import { Sign } from "./sign";
import { ElementSlot } from "./slot";
import { exposeStatus, writeAttributes } from "./status";
import { openStores } from "./stores";
import type { Timers } from "./swap";
import { keepFit, showCard, showOverlay } from "./view";

const OVERLAY_EVERY_MS = 1_000;

const timers: Timers = {
  set: (action, ms) => window.setTimeout(action, ms),
  clear: (timer) => window.clearTimeout(timer),
  nowMs: () => performance.now(),
};

function makeSlots(): [ElementSlot, ElementSlot] {
  const [first, second] = [...document.querySelectorAll<HTMLElement>(".slot")].map((root) => {
    keepFit(root);
    return new ElementSlot(root, timers);
  });
  if (!first || !second) throw new Error("the page has no two slots");
  return [first, second];
}

async function main(): Promise<void> {
  const options = readOptions(location.search);
  const stores = await openStores(options.device, options.screen);
  const config = await loadConfig(stores.values);
  const refresh = (): void => {
    writeAttributes(sign.status);
    showCard(sign.status.state);
    if (options.debug) showOverlay(sign.overlay);
  };
  const sign = new Sign(options, config, stores, makeSlots(), timers, refresh);
  exposeStatus(() => sign.status);
  document.title = `Sign ${sign.status.screen}`;
  window.addEventListener("online", () => sign.hurry());
  window.addEventListener("pointerdown", () => sign.touched());
  window.addEventListener("pagehide", () => sign.leave());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  if (options.debug) window.setInterval(refresh, OVERLAY_EVERY_MS);
  await sign.start();
}

void main();
