// The page's elements beside the two slots: the card behind them and the debug overlay.

import { type OverlayModel, overlayRows } from "./debug_overlay";
import { CARDS, type SignState } from "./state";

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`#${id} is missing`);
  return found;
}

/** Show a state on the card; it is seen only where nothing covers it. */
export function showCard(state: SignState): void {
  element("card-title").textContent = CARDS[state].title;
  element("card-text").textContent = CARDS[state].text;
}

/** Write the overlay. */
export function showOverlay(model: OverlayModel): void {
  const list = element("overlay");
  list.hidden = false;
  list.replaceChildren(
    ...overlayRows(model).flatMap(({ label, value, tone }) => {
      const term = document.createElement("dt");
      const text = document.createElement("dd");
      term.textContent = label;
      text.textContent = value;
      if (tone) text.dataset.tone = tone;
      return [term, text];
    }),
  );
}

/** Fill the screen where little is cut off; else show the whole creative on dark ground. */
export function fitOf(width: number, height: number, screenWidth: number, screenHeight: number): "cover" | "contain" {
  const ratio = width / height / (screenWidth / screenHeight);
  return ratio > 0.85 && ratio < 1.18 ? "cover" : "contain";
}

/** Keep the fit right when a film is known or the screen turns. */
export function keepFit(slot: HTMLElement): void {
  const video = slot.querySelector("video") as HTMLVideoElement;
  const image = slot.querySelector("img") as HTMLImageElement;
  const fit = (): void => {
    if (video.videoWidth) video.style.objectFit = fitOf(video.videoWidth, video.videoHeight, innerWidth, innerHeight);
    if (image.naturalWidth)
      image.style.objectFit = fitOf(image.naturalWidth, image.naturalHeight, innerWidth, innerHeight);
  };
  video.addEventListener("loadedmetadata", fit);
  image.addEventListener("load", fit);
  window.addEventListener("resize", fit);
}
