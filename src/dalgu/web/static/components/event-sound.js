/* The sound of what nobody has seen yet: one pattern per priority, again and again until seen. */
import { t } from "../words.js";

// Tones (Hz) of each priority, and after how many seconds they come again (as in IEC 60601-1-8:
// the more urgent, the more pulses and the sooner again).
const PATTERNS = { P1: [[880, 880, 660, 880, 880], 4], P2: [[660, 660, 520], 10], P3: [[520, 440], 30], P4: [[440], 90] };
const PULSE_S = 0.14;
const SILENT = "wall.silent";

export class Sound {
  /** @param {HTMLElement} place where its switch goes */
  constructor(place) {
    this.button = document.createElement("button");
    this.button.className = "bare sound";
    this.button.addEventListener("click", () => this.turn(!this.isSilent));
    place.append(this.button);
    this.isSilent = localStorage.getItem(SILENT) !== "no"; // until somebody wants to hear it
    this.tell();
    // A browser lets nothing sound before the first key or click.
    for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => this.wake(), { passive: true });
  }

  turn(isSilent) {
    this.isSilent = isSilent;
    localStorage.setItem(SILENT, isSilent ? "yes" : "no");
    this.wake();
    this.tell();
    fetch("/live/sound", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ silent: isSilent }) }).catch(() => null);
    if (!isSilent) this.play("P4");
  }

  wake() {
    if (this.isSilent) return;
    this.audio ??= new AudioContext();
    if (this.audio.state === "suspended") this.audio.resume().then(() => this.tell());
  }

  tell() {
    const isBlocked = !this.isSilent && this.audio?.state !== "running";
    this.button.textContent = t(this.isSilent ? "live.sound_off" : isBlocked ? "live.sound_blocked" : "live.sound_on");
    this.button.setAttribute("aria-pressed", String(!this.isSilent));
  }

  /** @param {string | null} priority of the gravest that nobody has seen, null when all is seen */
  need(priority) {
    if (priority === this.priority) return;
    this.priority = priority;
    clearTimeout(this.again);
    this.repeat();
  }

  repeat() {
    if (!this.priority) return;
    this.play(this.priority);
    this.again = setTimeout(() => this.repeat(), PATTERNS[this.priority][1] * 1000);
  }

  play(priority) {
    if (this.isSilent || this.audio?.state !== "running") return;
    PATTERNS[priority][0].forEach((tone, i) => this.pulse(tone, this.audio.currentTime + i * PULSE_S * 1.6));
  }

  pulse(tone, at) {
    const voice = this.audio.createOscillator(), loudness = this.audio.createGain();
    voice.frequency.value = tone;
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.2, at + 0.02);
    loudness.gain.linearRampToValueAtTime(0, at + PULSE_S);
    voice.connect(loudness).connect(this.audio.destination);
    voice.start(at);
    voice.stop(at + PULSE_S);
  }
}
