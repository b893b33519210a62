/* All that moves, drawn by the graphics card: two positions each, and the way between them.

A thing that speaks every minute glides for a minute to where it said it is, one that speaks every
second for a second: nothing is shown ahead of what is known. */
import { bytesOf, NOTHING, Scene } from "./moving-frames.js";
import { FRAGMENT, KINDS, STATES, VERTEX } from "./moving-shaders.js";

const FLOATS = 8; // of one thing: from x y, to x y, since, rate, heading, look
const LONGEST_S = 65, SHORTEST_S = 0.95;
const PACE_MPS = 9; // of a thing that was never seen to move
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
// Redrawing costs the whole map: seen from afar, things creep, and few pictures a second do.
const pause = (zoom) => (zoom > 14 ? 100 : zoom > 12 ? 200 : 500);
const TOKENS = ["accent", "ink-faint", "critical", "ink-faint"]; // by state

export class MovingLayer {
  /** @param {string} id @param {Record<string, string>} colours the palette of the map */
  constructor(id, colours) {
    Object.assign(this, { id, type: "custom", renderingMode: "2d", colours, scene: new Scene() });
    this.data = new Float32Array(this.scene.look.length * FLOATS);
    this.begun = performance.now();
    this.arrives = 0;
  }

  get now() { return (performance.now() - this.begun) / 1000; }

  /** How many things there are now. */
  get count() { let n = 0; for (let i = 0; i < this.scene.count; i += 1) n += this.scene.look[i] !== NOTHING; return n; }

  /** @param {string} frame base64 */
  receive(frame) {
    if (!this.read(frame)) this.recover(frame);
    this.map?.triggerRepaint();
  }

  read(frame) {
    const now = this.now, isFirst = !this.scene.grid;
    this.isNews = true;
    return this.scene.read(bytesOf(frame), (i, isJump) => this.move(i, isJump || isFirst, now));
  }

  /** Frames are missing, as this layer came late or was switched off: asks for a whole one. */
  async recover(frame = "") {
    if (this.late) return void (frame && this.late.push(frame));
    this.late = frame ? [frame] : [];
    const answer = await fetch("/moving/frame").catch(() => null);
    const whole = answer?.ok ? await answer.text() : "";
    if (whole) this.read(whole);
    const { late } = this;
    this.late = undefined;
    for (const one of late) this.read(one);
    this.map?.triggerRepaint();
  }

  move(i, isJump, now) {
    if (this.data.length < this.scene.look.length * FLOATS) {
      const more = new Float32Array(this.scene.look.length * FLOATS);
      more.set(this.data);
      this.data = more;
    }
    const { data } = this, at = i * FLOATS, [x, y] = this.mercator(i);
    const share = Math.min(1, Math.max(0, (now - data[at + 4]) * data[at + 5])), since = data[at + 4];
    const [fx, fy] = isJump ? [x, y] : [data[at] + (data[at + 2] - data[at]) * share, data[at + 1] + (data[at + 3] - data[at + 1]) * share];
    const away = Math.hypot(x - fx, y - fy);
    if (away > 1e-8) data[at + 6] = Math.atan2(x - fx, -(y - fy)); // half a metre: else it rests as it stood
    const guess = (away * this.metres) / PACE_MPS;
    const lasts = Math.min(LONGEST_S, Math.max(SHORTEST_S, since > 0 ? now - since : guess));
    data.set([fx, fy, x, y, now, 1 / lasts], at);
    data[at + 7] = this.scene.look[i];
    if (away > 0) this.arrives = Math.max(this.arrives, now + lasts);
  }

  /** Mercator coordinates from the grid's corner on: small numbers, so that 32 bits are a centimetre. */
  mercator(i) {
    const [lon, lat] = this.scene.place(i), { west, south } = this.scene.grid;
    if (!this.origin) {
      this.origin = [mercatorX(west), mercatorY(south)];
      this.metres = 40_075_017 * Math.cos((south * Math.PI) / 180);
    }
    return [mercatorX(lon) - this.origin[0], mercatorY(lat) - this.origin[1]];
  }

  onAdd(map, gl) {
    this.map = map;
    const program = this.program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) console.error(gl.getShaderInfoLog(shader));
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    const names = ["matrix", "now", "size", "bearing", "still", "colours", "rim", "plain"];
    this.uniform = Object.fromEntries(names.map((name) => [name, gl.getUniformLocation(program, name)]));
    this.array = gl.createVertexArray();
    this.buffer = gl.createBuffer();
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    for (const place of [0, 1]) {
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, 4, gl.FLOAT, false, FLOATS * 4, place * 16);
    }
    gl.bindVertexArray(null);
    this.room = 0;
    this.isNews = true;
    this.paint(this.colours);
    if (!this.scene.grid) this.recover(); // the first frame may have come before the map was there
  }

  /** @param {Record<string, string>} colours of another theme */
  paint(colours) {
    this.colours = colours;
    this.shades = { states: TOKENS.flatMap((token) => rgb(colours[token])), rim: rgb(colours.surface), plain: rgb(colours["ink-soft"]) };
    this.map?.triggerRepaint();
  }

  render(gl, { defaultProjectionData }) {
    if (!this.origin) return;
    const { uniform, shades } = this;
    this.matrix = moved(defaultProjectionData.mainMatrix, this.origin);
    gl.useProgram(this.program);
    gl.bindVertexArray(this.array);
    if (this.isNews) this.upload(gl);
    gl.uniformMatrix4fv(uniform.matrix, false, this.matrix);
    gl.uniform1f(uniform.now, this.now);
    gl.uniform1f(uniform.size, Math.min(22, 4 + this.map.getZoom() * 0.9) * devicePixelRatio);
    gl.uniform1f(uniform.bearing, (this.map.getBearing() * Math.PI) / 180);
    gl.uniform1f(uniform.still, STILL.matches ? 1 : 0);
    gl.uniform3fv(uniform.colours, shades.states);
    gl.uniform3fv(uniform.rim, shades.rim);
    gl.uniform3fv(uniform.plain, shades.plain);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArrays(gl.POINTS, 0, this.scene.count);
    gl.bindVertexArray(null);
    this.goOn();
  }

  upload(gl) {
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    if (this.room < this.data.length) {
      gl.bufferData(gl.ARRAY_BUFFER, this.data, gl.DYNAMIC_DRAW);
      this.room = this.data.length;
    } else gl.bufferSubData(gl.ARRAY_BUFFER, 0, this.data, 0, this.scene.count * FLOATS);
    this.isNews = false;
  }

  goOn() {
    if (STILL.matches || this.now > this.arrives || this.next || document.hidden) return;
    this.next = setTimeout(() => { this.next = undefined; this.map?.triggerRepaint(); }, pause(this.map.getZoom()));
  }

  onRemove(map, gl) {
    clearTimeout(this.next);
    this.next = this.map = undefined;
    gl.deleteProgram(this.program);
    gl.deleteBuffer(this.buffer);
    gl.deleteVertexArray(this.array);
  }

  /**
   * What is under a point of the map, in CSS pixels; `undefined` where nothing is near.
   * @param {{x: number, y: number}} point
   * @returns {{place: number, kind: string, state: string, lon: number, lat: number} | undefined}
   */
  pick(point, reach = 12) {
    if (!this.matrix || !this.map) return undefined;
    const { clientWidth, clientHeight } = this.map.getCanvas(), { matrix: m, data, scene } = this;
    let nearest = reach, found = -1;
    for (let i = 0; i < scene.count; i += 1) {
      if (scene.look[i] === NOTHING) continue;
      const at = i * FLOATS, share = STILL.matches ? 1 : Math.min(1, (this.now - data[at + 4]) * data[at + 5]);
      const x = data[at] + (data[at + 2] - data[at]) * share, y = data[at + 1] + (data[at + 3] - data[at + 1]) * share;
      const w = m[3] * x + m[7] * y + m[15];
      const away = Math.hypot(((m[0] * x + m[4] * y + m[12]) / w + 1) * clientWidth / 2 - point.x, (1 - (m[1] * x + m[5] * y + m[13]) / w) * clientHeight / 2 - point.y);
      if (away < nearest) [nearest, found] = [away, i];
    }
    if (found < 0) return undefined;
    const [lon, lat] = scene.place(found), look = scene.look[found];
    return { place: found, kind: KINDS[look >> 2], state: STATES[look & 3], lon, lat };
  }
}

const mercatorX = (lon) => (lon + 180) / 360;
const mercatorY = (lat) => (1 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / Math.PI) / 2;

/** The map's matrix, from an origin on: multiplied in 64 bits, handed over in 32. */
function moved(matrix, [x, y]) {
  const m = new Float32Array(16);
  for (let i = 0; i < 16; i += 1) m[i] = matrix[i];
  for (let row = 0; row < 4; row += 1) m[12 + row] = matrix[row] * x + matrix[4 + row] * y + matrix[12 + row];
  return m;
}

/** @param {string} colour as CSS writes it @returns {number[]} red, green, blue, 0 to 1 */
function rgb(colour) {
  const brush = document.createElement("canvas").getContext("2d");
  brush.fillStyle = colour;
  brush.fillRect(0, 0, 1, 1);
  return [...brush.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((part) => part / 255);
}
