// Makes bytes readable without hiding anything. Everything that a screen would not show, or would show as something
// else, becomes a mark: controls, invisible and bidirectional characters, lookalikes, bytes that are no UTF-8, blanks at
// the end of a line. Long lines are broken into rows, so that nothing stands to the right of the screen.

export interface Layout {
  bytes: Uint8Array;
  rows: number;
  start: Uint32Array; // byte offset of each row, and one more: the end
  line: Uint32Array;  // line number of each row, from 1
  lines: number;
  odd: Oddity[];      // the first hundred
  oddities: number;   // all
  rowOfLine(line: number): number;
}
export interface Oddity { line: number; says: string }
export type SegKind = "plain" | "blank" | "tab" | "mark" | "alike" | "foreign";
export interface Seg { text: string; kind: SegKind; title?: string }

const controls = ["NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI", "DLE", "DC1", "DC2", "DC3",
  "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US"];

const names: Record<number, string> = {
  0x7f: "DEL", 0xa0: "no-break space", 0xad: "soft hyphen", 0x34f: "grapheme joiner", 0x61c: "Arabic letter mark", 0x180e: "Mongolian vowel separator",
  0x200b: "zero-width space", 0x200c: "zero-width non-joiner", 0x200d: "zero-width joiner", 0x200e: "left-to-right mark", 0x200f: "right-to-left mark",
  0x2028: "line separator", 0x2029: "paragraph separator", 0x202a: "left-to-right embedding", 0x202b: "right-to-left embedding", 0x202c: "pop direction",
  0x202d: "left-to-right override", 0x202e: "right-to-left override", 0x2060: "word joiner", 0x2066: "left-to-right isolate", 0x2067: "right-to-left isolate",
  0x2068: "first-strong isolate", 0x2069: "pop isolate", 0x3000: "ideographic space", 0x3164: "Hangul filler", 0xfeff: "byte order mark", 0xfffd: "replacement character",
};

// Characters that look like one of ASCII: pairs of the impostor and what it looks like.
const alikePairs =
  "аaеeоoрpсcхxуyіiјjѕsԁdһhӏlԛqԝwѵvАAВBЕEКKМMНHОOРPСCТTХXУYЅSІIЈJԌGѴVԜW" +
  "αaνvοoρpτtυuχxγyΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXϲcϳjıiɡgɩiʏyℓlⅼlⅰiⅴvⅹxⅽcⅾdⅿm" +
  "‐-‑-‒-–-—-―-−-﹣-－-‘'’'‚'′'ʹ'ʼ'“\"”\"″\"‟\"⁄/∕/⧸/／/∶:ː:։:：:;;；;․.。.．.ǃ!！!⁎*∗*＊*˜~∼~～~‹<›>＜<＞>∖\\⧵\\＼\\ˋ`｀`｜|ǀ|∣|＆&＄$＃#＝=＋+（(）)［[］]｛{｝}，,‚,٪%％%＠@ˆ^＾^＿_";
const alike = new Map<number, string>();
{
  const all = [...alikePairs];
  for (let i = 0; i + 1 < all.length; i += 2) alike.set(all[i]!.codePointAt(0)!, all[i + 1]!);
  for (let i = 0; i < 26; i++) { alike.set(0xff21 + i, String.fromCharCode(65 + i)); alike.set(0xff41 + i, String.fromCharCode(97 + i)); }
  for (let i = 0; i < 10; i++) alike.set(0xff10 + i, String(i));
}

const invisible = /[\p{Cf}\p{Cc}\p{Zl}\p{Zp}\p{Zs}\p{Mn}\p{Me}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/u;
const wide = (c: number) => (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
  (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) || (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);

const hex = (c: number) => "U+" + c.toString(16).toUpperCase().padStart(4, "0");

// One character of the bytes: code point (-1 for a byte that is no UTF-8) and length. RFC 3629: no overlong forms, no surrogates.
let chCode = 0, chLen = 0;
function next(b: Uint8Array, i: number) {
  const a = b[i]!;
  if (a < 0x80) { chCode = a; chLen = 1; return; }
  const n = a >= 0xf0 && a < 0xf5 ? 4 : a >= 0xe0 && a < 0xf0 ? 3 : a >= 0xc2 && a < 0xe0 ? 2 : 0;
  let c = n === 4 ? a & 7 : n === 3 ? a & 15 : a & 31;
  for (let k = 1; k < n; k++) {
    const x = b[i + k];
    if (x === undefined || (x & 0xc0) !== 0x80) { chCode = -1; chLen = 1; return; }
    c = (c << 6) | (x & 63);
  }
  if (n === 0 || (n === 3 && c < 0x800) || (n === 4 && (c < 0x10000 || c > 0x10ffff)) || (c >= 0xd800 && c <= 0xdfff)) { chCode = -1; chLen = 1; return; }
  chCode = c; chLen = n;
}

const described = new Map<number, Seg>(); // by code point, or by -1 - byte

/** How a character that is not plain ASCII is shown. */
function describe(code: number, byte: number): Seg {
  const key = code < 0 ? -1 - byte : code;
  let s = described.get(key);
  if (!s) described.set(key, (s = describeNew(code, byte)));
  return s;
}

function describeNew(code: number, byte: number): Seg {
  if (code < 0) { const x = byte.toString(16).toUpperCase().padStart(2, "0"); return { text: `‹x${x}›`, kind: "mark", title: `byte ${x}: not UTF-8` }; }
  if (code < 32) return { text: `‹${controls[code]}›`, kind: "mark", title: `control character ${controls[code]}, ${hex(code)}` };
  const like = alike.get(code);
  if (like) return { text: String.fromCodePoint(code), kind: "alike", title: `${hex(code)}, which looks like “${like}” and is not` };
  const name = names[code];
  if (name || invisible.test(String.fromCodePoint(code))) return { text: `‹${name ?? hex(code)}›`, kind: "mark", title: `${hex(code)} ${name ?? "invisible or combining character"}` };
  return { text: String.fromCodePoint(code), kind: "foreign", title: `${hex(code)}, not ASCII` };
}

function cells(code: number, byte: number, at: number): number {
  if (code >= 32 && code < 127) return 1;
  if (code === 9) return 8 - (at % 8);
  const s = describe(code, byte);
  return s.kind === "mark" ? s.text.length : wide(code) ? 2 : 1;
}

/** Breaks bytes into rows of at most cols cells. */
export function layout(bytes: Uint8Array, cols: number): Layout {
  let start = new Uint32Array(1024), line = new Uint32Array(1024), rows = 0, ln = 1, at = 0, begin = 0;
  const odd: Oddity[] = [];
  let oddities = 0;
  const push = (from: number) => {
    if (rows + 1 >= start.length) {
      const s = new Uint32Array(start.length * 2), l = new Uint32Array(start.length * 2);
      s.set(start); l.set(line); start = s; line = l;
    }
    start[rows] = from; line[rows] = ln; rows++;
  };
  const n = bytes.length;
  for (let i = 0; i < n;) {
    const a = bytes[i]!;
    if (a === 10) { push(begin); ln++; i++; begin = i; at = 0; continue; }
    if (a < 0x80) { chCode = a; chLen = 1; } else next(bytes, i);
    const w = cells(chCode, a, at);
    if (at + w > cols && at > 0) { push(begin); begin = i; at = 0; }
    at += w;
    if (!(chCode >= 32 && chCode < 127) && chCode !== 9) {
      const d = describe(chCode, a);
      if (d.kind !== "foreign") { oddities++; if (odd.length < 100) odd.push({ line: ln, says: d.title! }); }
    }
    i += chLen;
  }
  if (begin < n || n === 0) push(begin); else ln--;
  start[rows] = n;
  const lines = Math.max(1, ln);
  return {
    bytes, rows, start: start.subarray(0, rows + 1), line: line.subarray(0, rows), lines, odd, oddities,
    rowOfLine(want) { // the first row of a line: rows are sorted by line
      let lo = 0, hi = rows - 1;
      while (lo < hi) { const mid = (lo + hi) >> 1; if (line[mid]! < want) lo = mid + 1; else hi = mid; }
      return lo;
    },
  };
}

/** The segments of one row. */
export function segments(l: Layout, row: number): Seg[] {
  const b = l.bytes, from = l.start[row]!;
  let to = l.start[row + 1]!;
  const ends = to > from && b[to - 1] === 10; // the line ends with this row
  if (ends) to--;
  let blank = to; // blanks at the end of a line
  if (ends || to === b.length) while (blank > from && (b[blank - 1] === 32 || b[blank - 1] === 9)) blank--;
  const out: Seg[] = [];
  let plain = "", at = 0;
  const flush = () => { if (plain) { out.push({ text: plain, kind: "plain" }); plain = ""; } };
  for (let i = from; i < to; i += chLen) {
    next(b, i);
    const a = b[i]!, w = cells(chCode, a, at);
    if (chCode === 32 && i >= blank) { flush(); out.push({ text: "·", kind: "blank", title: "blank at the end of the line" }); }
    else if (chCode === 9) { flush(); out.push({ text: "→".padEnd(w, " "), kind: "tab", title: "tab" }); }
    else if (chCode >= 32 && chCode < 127) plain += String.fromCharCode(chCode);
    else { flush(); out.push(describe(chCode, a)); }
    at += w;
  }
  flush();
  return out;
}

/** Whether a row continues the line of the row before. */
export const continues = (l: Layout, row: number) => row > 0 && l.line[row] === l.line[row - 1];

export function fromBase64(s: string): Uint8Array {
  const bin = atob(s), out = new Uint8Array(bin.length);
  for (let i = 0; i < bin.length; i++) out[i] = bin.charCodeAt(i);
  return out;
}

export function toBase64(bytes: Uint8Array | ArrayBuffer): string {
  const b = new Uint8Array(bytes);
  let bin = "";
  for (let i = 0; i < b.length; i += 8192) bin += String.fromCharCode(...b.subarray(i, i + 8192));
  return btoa(bin);
}
