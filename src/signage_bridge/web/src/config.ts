// Where the page belongs and whom it connects to: the page's URL parameters and the bridge's /config.json.

/** /config.json. */
export interface BridgeConfig {
  rosbridge_port: number;
  device: string;
  screens: string[];
  /** Whether a journal acknowledges reports; without it they are published, and nobody says whether they were kept. */
  journal: boolean;
}

/** The page's URL parameters; an empty name stands for the bridge's own. */
export interface PageOptions {
  device: string;
  screen: string;
  debug: boolean;
}

export const DEFAULT_CONFIG: BridgeConfig = { rosbridge_port: 9090, device: "deeplens1", screens: [], journal: false };
const DEFAULT_SCREEN = "screen";

/** Read `?device=...&screen=...&debug=1`. */
export function readPageOptions(search: string): PageOptions {
  const query = new URLSearchParams(search);
  const debug = query.get("debug");
  return {
    device: query.get("device") ?? "",
    screen: query.get("screen") ?? "",
    debug: debug !== null && debug !== "0" && debug !== "false",
  };
}

/** Return the screen's name: as the page's URL asks, else the bridge's first, else a name that says nothing. */
export function screenName(options: PageOptions, config: BridgeConfig): string {
  return options.screen || config.screens[0] || DEFAULT_SCREEN;
}

/** Return rosbridge's address on the machine that the page came from. */
export function rosbridgeUrl(protocol: string, hostname: string, port: number): string {
  return `${protocol === "https:" ? "wss" : "ws"}://${hostname}:${port}/`;
}

/** Read the text of /config.json; what it leaves out has its default. */
export function parseConfig(text: string): BridgeConfig {
  return readConfig(JSON.parse(text));
}

/** Read what claims to be a configuration, from the network or kept. */
export function readConfig(value: unknown): BridgeConfig {
  if (typeof value !== "object" || value === null) throw new Error("expected an object");
  const { rosbridge_port, device, screens, journal } = value as Partial<Record<keyof BridgeConfig, unknown>>;
  const isPort =
    Number.isInteger(rosbridge_port) && (rosbridge_port as number) > 0 && (rosbridge_port as number) < 65536;
  return {
    rosbridge_port: isPort ? (rosbridge_port as number) : DEFAULT_CONFIG.rosbridge_port,
    device: typeof device === "string" && device ? device : DEFAULT_CONFIG.device,
    screens: Array.isArray(screens) ? screens.filter((screen) => typeof screen === "string") : DEFAULT_CONFIG.screens,
    journal: journal === true,
  };
}
