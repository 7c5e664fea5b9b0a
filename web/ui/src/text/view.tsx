import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Span } from "../types";
import { plural } from "../words";
import { continues, layout, segments, type Layout } from "./reveal";

const rowHeight = 20;      // px, as in style.css
const whole = 1500;        // up to so many rows all are in the page: searching and screen readers see them
const tallest = 12_000_000; // px; browsers stop somewhere above

export interface Mark { lines: Span; level: string }

/** Shows bytes, whole: line numbers, marks, broken long lines. More rows than `whole` are drawn as they come into view. */
export function TextView(p: { bytes: Uint8Array; label: string; marks?: Mark[]; at?: Span; seen?: number; tall?: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const [cols, setCols] = useState(0);
  useLayoutEffect(() => {
    const el = box.current!;
    const measure = () => {
      const probe = el.querySelector<HTMLElement>(".probe")!;
      const cell = probe.getBoundingClientRect().width / 20;
      setCols(Math.max(24, Math.floor((el.clientWidth - 84) / cell)));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(el);
    return () => watch.disconnect();
  }, []);
  const l = useMemo(() => (cols > 0 ? layout(p.bytes, cols) : null), [p.bytes, cols]);
  return (
    <div class={"text" + (p.tall ? " tall" : "")} ref={box}>
      <span class="probe" aria-hidden="true">00000000000000000000</span>
      {l && <Rows l={l} label={p.label} marks={p.marks ?? []} at={p.at} seen={p.seen} />}
      {l && <Foot l={l} />}
    </div>
  );
}

function Foot({ l }: { l: Layout }) {
  return (
    <p class="text-foot">
      {plural(l.lines, "line")}, {plural(l.bytes.length, "byte")}, all shown.{" "}
      {l.oddities > 0 ? (
        <strong class="warn">{plural(l.oddities, "character")} that would not show, or would look like another, {l.oddities === 1 ? "is" : "are"} marked:{" "}
          {l.odd.slice(0, 5).map((o) => `line ${o.line}: ${o.says}`).join("; ")}{l.oddities > 5 ? "; …" : ""}</strong>
      ) : "No hidden characters."}
    </p>
  );
}

function Rows(p: { l: Layout; label: string; marks: Mark[]; at?: Span; seen?: number }) {
  const { l } = p;
  const box = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState(0);
  const [high, setHigh] = useState(600);
  const windowed = l.rows > whole;
  const fit = Math.max(1, Math.floor(high / rowHeight));
  const full = l.rows * rowHeight, height = Math.min(full, tallest), scaled = full > tallest;
  const last = Math.max(0, l.rows - fit);
  const own = useRef(-1); // the scroll position that we set ourselves

  const place = (row: number) => {
    const r = Math.min(last, Math.max(0, row));
    setFirst(r);
    const el = box.current!;
    const top = Math.round(scaled ? (r / Math.max(1, last)) * (height - high) : r * rowHeight);
    own.current = top;
    el.scrollTop = top;
  };
  useEffect(() => {
    if (!windowed) return;
    const el = box.current!;
    const watch = new ResizeObserver(() => setHigh(el.clientHeight));
    watch.observe(el);
    return () => watch.disconnect();
  }, [windowed]);
  useEffect(() => {
    if (!p.at || p.at[0] === 0 || !p.seen) return;
    const row = l.rowOfLine(p.at[0]);
    if (windowed) place(row - 3);
    else box.current!.querySelector(`[data-line="${p.at[0]}"]`)?.scrollIntoView({ block: "center" });
  }, [p.at?.[0], p.at?.[1], p.seen, l]);

  const rows: number[] = [];
  const from = windowed ? Math.max(0, first - 10) : 0, to = windowed ? Math.min(l.rows, first + fit + 12) : l.rows;
  for (let r = from; r < to; r++) rows.push(r);
  const body = rows.map((r) => <Row key={r} l={l} row={r} at={p.at} marks={p.marks} />);
  if (!windowed) return <div class="rows" role="region" aria-label={p.label} tabIndex={0} ref={box}>{body}</div>;
  const shift = scaled ? (box.current?.scrollTop ?? 0) - (first - from) * rowHeight : from * rowHeight;
  return (
    <div class="rows windowed" role="region" aria-label={`${p.label}: rows are drawn as you scroll`} tabIndex={0} ref={box}
      onScroll={(e) => {
        const top = e.currentTarget.scrollTop;
        if (Math.abs(top - own.current) < 2) return;
        own.current = -1;
        setFirst(scaled ? Math.round((top / Math.max(1, height - high)) * last) : Math.floor(top / rowHeight));
      }}
      onWheel={scaled ? (e) => { e.preventDefault(); place(first + Math.sign(e.deltaY) * Math.max(1, Math.round(Math.abs(e.deltaY) / rowHeight))); } : undefined}
      onKeyDown={(e) => {
        const by: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: fit - 2, PageUp: 2 - fit, " ": fit - 2, Home: -l.rows, End: l.rows };
        const n = by[e.key];
        if (n !== undefined) { e.preventDefault(); place(first + n); }
      }}>
      <div class="stretch" style={{ height: `${height}px` }}><div class="window" style={{ transform: `translateY(${Math.max(0, shift)}px)` }}>{body}</div></div>
    </div>
  );
}

const ranks: Record<string, number> = { low: 0, medium: 1, high: 2, critical: 3 };

function Row({ l, row, at, marks }: { l: Layout; row: number; at?: Span; marks: Mark[] }) {
  const line = l.line[row]!, more = continues(l, row);
  let level = "";
  for (const m of marks) if (m.lines[0] <= line && line <= m.lines[1] && (level === "" || ranks[m.level]! > ranks[level]!)) level = m.level;
  const lit = at && at[0] > 0 && at[0] <= line && line <= at[1];
  return (
    <div class={"row" + (lit ? " lit" : "") + (level ? " lv-" + level : "")} data-line={more ? undefined : line}>
      <span class="no" aria-hidden={more}>{more ? "↳" : line}</span>
      <code>{segments(l, row).map((s) => (s.kind === "plain" ? s.text : <span class={"c-" + s.kind} title={s.title}>{s.text}</span>))}</code>
    </div>
  );
}
