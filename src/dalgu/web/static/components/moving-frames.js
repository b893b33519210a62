/* Frames of what moves, as dalgu.center.moving.frames writes them: whole ones, then changes. */

const HEAD = 12, GRID = 32, WHOLE = 1;
export const NOTHING = 255; // the look of a place that nothing holds
const FIRST_PLACES = 1024;

/** @param {string} text base64 @returns {Uint8Array} */
export function bytesOf(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const signs = atob(text), bytes = new Uint8Array(signs.length);
  for (let i = 0; i < signs.length; i += 1) bytes[i] = signs.charCodeAt(i);
  return bytes;
}

/** Where everything is, in steps of the grid. `moved` calls are told each place that changed. */
export class Scene {
  constructor() {
    this.count = 0;
    this.number = -1;
    this.grow(FIRST_PLACES);
  }

  grow(places) {
    const copy = (Kind, old) => { const fresh = new Kind(places); if (old) fresh.set(old); return fresh; };
    this.x = copy(Int32Array, this.x);
    this.y = copy(Int32Array, this.y);
    const look = new Uint8Array(places).fill(NOTHING);
    if (this.look) look.set(this.look);
    this.look = look;
  }

  /**
   * @param {Uint8Array} bytes
   * @param {(place: number, isJump: boolean) => void} changed
   * @returns {boolean} false when frames between are missing: wait for a whole one
   */
  read(bytes, changed) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const form = view.getUint8(1), number = view.getUint32(4, true), n = view.getUint32(8, true);
    if (form !== WHOLE && number !== this.number + 1) return false;
    if (n > this.look.length) this.grow(2 ** Math.ceil(Math.log2(n)));
    this.count = n;
    this.number = number;
    if (form === WHOLE) this.#whole(view, n, changed); else this.#change(view, n, changed);
    return true;
  }

  #whole(view, n, changed) {
    const [west, south, stepLon, stepLat] = [0, 8, 16, 24].map((at) => view.getFloat64(HEAD + at, true));
    this.grid = { west, south, stepLon, stepLat };
    const at = HEAD + GRID;
    for (let i = 0; i < n; i += 1) this.#set(i, view.getUint16(at + 2 * i, true), view.getUint16(at + 2 * n + 2 * i, true), view.getUint8(at + 4 * n + i), changed);
  }

  #change(view, n, changed) {
    let at = HEAD + Math.ceil(n / 8);
    for (let i = 0; i < n; i += 1) {
      if (!(view.getUint8(HEAD + (i >> 3)) & (1 << (i & 7)))) continue;
      this.x[i] += view.getInt8(at);
      this.y[i] += view.getInt8(at + 1);
      at += 2;
      changed(i, false);
    }
    for (; at < view.byteLength; at += 9) this.#set(view.getUint32(at, true), view.getUint16(at + 4, true), view.getUint16(at + 6, true), view.getUint8(at + 8), changed);
  }

  #set(i, x, y, look, changed) {
    const isNew = this.look[i] === NOTHING;
    if (this.x[i] === x && this.y[i] === y && this.look[i] === look) return;
    this.x[i] = x;
    this.y[i] = y;
    this.look[i] = look;
    changed(i, isNew);
  }

  /** @returns {[number, number]} longitude and latitude in degrees */
  place(i) {
    const { west, south, stepLon, stepLat } = this.grid;
    return [west + this.x[i] * stepLon, south + this.y[i] * stepLat];
  }
}
