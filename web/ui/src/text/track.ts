// A recording as something that can be played: bytes in order, each with the moment it came. Nothing in it is interpreted:
// what a target printed to move a cursor or clear a screen is shown as the characters that it is.

import { fromBase64, layout, segments, type Layout, type Seg } from "./reveal";

export interface Frame { at: number; kind: string; data: string } // at in microseconds, data in base64
export interface Piece { at: number; kind: string; from: number }  // at in milliseconds since the start; from: first byte
export interface Line { track: number; at: number; kind: string; text: string; plain: string; row: number }

/** One action's recording. Two streams stand in one column: where one breaks off in the middle of a line the other begins a new one. */
export class Track {
  readonly pieces: Piece[] = [];
  bytes = new Uint8Array(4096);
  size = 0;
  length = 0; // ms
  private laid: { cols: number; size: number; l: Layout } | null = null;

  constructor(readonly id: string, public start: number) {}

  add(frames: Frame[]) {
    for (const f of frames) {
      let data = fromBase64(f.data);
      if (f.kind === "exit" && data.length === 4) data = words(`exit status ${new DataView(data.buffer).getInt32(0)}\n`);
      else if (f.kind === "resize") continue;
      else if (f.kind === "marker") data = words(new TextDecoder().decode(data) + "\n");
      const last = this.pieces[this.pieces.length - 1];
      if (last && last.kind !== f.kind && this.size > 0 && this.bytes[this.size - 1] !== 10) this.put(new Uint8Array([10]));
      this.pieces.push({ at: f.at / 1000, kind: f.kind, from: this.size });
      this.put(data);
      this.length = Math.max(this.length, f.at / 1000);
    }
  }

  private put(b: Uint8Array) {
    if (this.size + b.length > this.bytes.length) {
      const more = new Uint8Array(Math.max(this.bytes.length * 2, this.size + b.length));
      more.set(this.bytes.subarray(0, this.size));
      this.bytes = more;
    }
    this.bytes.set(b, this.size);
    this.size += b.length;
  }

  rows(cols: number): Layout {
    if (!this.laid || this.laid.cols !== cols || this.laid.size !== this.size) this.laid = { cols, size: this.size, l: layout(this.bytes.subarray(0, this.size), cols) };
    return this.laid.l;
  }

  /** The piece to which the byte at offset belongs. */
  pieceAt(offset: number): Piece | undefined {
    let lo = 0, hi = this.pieces.length - 1;
    while (lo < hi) { const mid = (lo + hi + 1) >> 1; if (this.pieces[mid]!.from <= offset) lo = mid; else hi = mid - 1; }
    return this.pieces[lo];
  }

  /** How many bytes had come at a moment. */
  bytesAt(ms: number): number {
    let lo = 0, hi = this.pieces.length;
    while (lo < hi) { const mid = (lo + hi) >> 1; if (this.pieces[mid]!.at <= ms) lo = mid + 1; else hi = mid; }
    return lo < this.pieces.length ? this.pieces[lo]!.from : this.size;
  }

  /** The lines of the transcript. plain is without escape sequences: what a searcher types. */
  lines(track: number): Line[] {
    const out: Line[] = [], decoder = new TextDecoder();
    for (let from = 0; from < this.size;) {
      let to = this.bytes.indexOf(10, from);
      if (to < 0 || to >= this.size) to = this.size;
      const end = Math.min(to, from + 4000); // a longer line is shown by the player, and found by its beginning
      const p = this.pieceAt(from)!;
      const text = decoder.decode(this.bytes.subarray(from, end));
      out.push({ track, at: p.at, kind: p.kind, text, plain: strip(text).toLowerCase(), row: out.length });
      from = to + 1;
    }
    return out;
  }
}

const words = (s: string) => new TextEncoder().encode(s);

// ECMA-48: control strings up to BEL or ST, CSI sequences, other escapes, single controls.
const sequences = /\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b\[[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?|[\x00-\x08\x0b-\x1f\x7f]/g;
export const strip = (s: string) => s.replace(sequences, "");

/** The last rows that had come after so many bytes, as segments. */
export function visible(l: Layout, bytes: number, count: number): { row: number; segs: Seg[] }[] {
  let lo = 0, hi = l.rows; // rows that begin before the limit
  while (lo < hi) { const mid = (lo + hi) >> 1; if (l.start[mid]! < bytes) lo = mid + 1; else hi = mid; }
  const out = [];
  for (let row = Math.max(0, lo - count); row < lo; row++) {
    const whole = l.start[row + 1]! <= bytes;
    out.push({ row, segs: whole ? segments(l, row) : segments(layout(l.bytes.subarray(l.start[row]!, bytes), 100000), 0) });
  }
  return out;
}

/** Where the pieces of all tracks stand on one line of time, waits cut to a bound. */
export class Timeline {
  readonly marks: { track: number; real: number; play: number }[] = [];
  readonly begins: number[] = []; // play time at which each track begins
  length = 0;
  constructor(readonly tracks: Track[], longest: number) {
    let play = 0;
    tracks.forEach((t, i) => {
      this.begins.push(play);
      this.marks.push({ track: i, real: 0, play });
      let real = 0;
      for (const p of t.pieces) {
        play += Math.min(Math.max(0, p.at - real), longest);
        real = Math.max(real, p.at);
        const last = this.marks[this.marks.length - 1]!;
        if (last.track === i && last.real === real) last.play = play; else this.marks.push({ track: i, real, play });
      }
      play += 1000; // a breath between two actions, however long the wait was
    });
    this.length = play;
  }

  /** The action and the moment in it at a play time. */
  at(play: number): { track: number; real: number } {
    let lo = 0, hi = this.marks.length - 1;
    while (lo < hi) { const mid = (lo + hi + 1) >> 1; if (this.marks[mid]!.play <= play) lo = mid; else hi = mid - 1; }
    const m = this.marks[lo];
    if (!m) return { track: 0, real: 0 };
    const next = this.marks[lo + 1];
    return { track: m.track, real: Math.min(m.real + (play - m.play), next && next.track === m.track ? next.real : Infinity) };
  }

  /** The play time of a moment of an action. */
  of(track: number, real: number): number {
    let lo = 0, hi = this.marks.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1, m = this.marks[mid]!;
      if (m.track < track || (m.track === track && m.real <= real)) lo = mid; else hi = mid - 1;
    }
    return this.marks[lo]?.play ?? 0;
  }
}
