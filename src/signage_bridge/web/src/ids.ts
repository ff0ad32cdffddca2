// Unique ids; crypto.randomUUID is missing on plain http, getRandomValues is not.

/** Return 128 random bits as hexadecimal digits. */
export function newId(
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (b) => crypto.getRandomValues(b),
): string {
  return Array.from(random(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
