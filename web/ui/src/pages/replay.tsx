import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { post, type Refusal } from "../api";
import { useKeys } from "../keys";
import { useLoad } from "../live";
import { Button, Empty, Head, Party, Problem, save, State, Verdict, When, isZero } from "../parts/bits";
import { Link } from "../router";
import { toBase64 } from "../text/reveal";
import { strip, Timeline, Track, visible, type Frame, type Line } from "../text/track";
import type { Replay, ReplayAction } from "../types";
import { plural, stateWords } from "../words";
import { firstLine } from "./queue";

interface Part { part: number; parts: number; start: string; frames: Frame[] }
const most = 48 << 20; // bytes that one page loads without being asked again

/** Watching what happened in a session. Nothing is loaded before somebody says that they watch. */
export function ReplayPage({ id, action }: { id: string; action?: string }) {
  const { data, error, reload } = useLoad<Replay>(`sessions/${id}/replay`, (n) => n.session === id || n.kind === "replay.watched");
  const [why, setWhy] = useState("");
  const [tracks, setTracks] = useState<Track[] | null>(null);
  const [loaded, setLoaded] = useState({ done: 0, of: 0, bytes: 0, whole: true });
  const [failed, setFailed] = useState<Refusal | null>(null);
  if (!data) return <><Head title="Recording" /><Problem e={error} /></>;
  const s = data.session, withParts = data.actions.filter((a) => a.parts > 0), full = data.actions.some((a) => a.full);

  const watch = async () => {
    setFailed(null);
    const all = withParts.map((a) => new Track(a.id, isZero(a.started) ? Date.parse(a.proposed) : Date.parse(a.started!)));
    const of = withParts.reduce((n, a) => n + a.parts, 0);
    let done = 0, bytes = 0;
    setTracks([...all]);
    try {
      for (const [i, a] of withParts.entries()) for (let part = 0; part < a.parts; part++) {
        if (bytes > most) { setLoaded({ done, of, bytes, whole: false }); return; }
        const p = await post<Part>(`actions/${a.id}/watch`, { part, why: why.trim() }).catch((e: Refusal) => { if (e.status !== 503) throw e; return gap(all[i]!, part, e.message); });
        if (part === 0 && !isZero(p.start)) all[i]!.start = Date.parse(p.start);
        all[i]!.add(p.frames);
        bytes += p.frames.reduce((n, f) => n + f.data.length * 0.75, 0);
        if (part === a.parts - 1 && a.state === "interrupted") all[i]!.add([note(all[i]!, "The recording ends here: what came after is not known.")]);
        setLoaded({ done: ++done, of, bytes, whole: true });
        setTracks([...all]);
      }
    } catch (e) { setFailed(e as Refusal); }
    reload();
  };

  return (
    <>
      <Head title={<bdi>{s.ticket.title || s.ticket.id}</bdi>} sub={<>Recording of <Link to={`/sessions/${id}`}>session {id}</Link> · engineer <Party p={s.engineer} /> · escort <Party p={s.escort} plain /> · <When t={s.opened} /></>}>
        <State s={s.state}>{stateWords[s.state] ?? s.state}</State>
      </Head>
      <Problem e={error ?? failed} />
      {withParts.length === 0 ? <Empty>Nothing of this session can be watched: {data.actions.length === 0 ? "nothing was proposed in it." : full ? "nothing ran in it." : "nothing ran in it, or nothing was released to its engineer."}</Empty>
        : !tracks ? (
          <form class="panel" onSubmit={(e) => { e.preventDefault(); void watch(); }}>
            <p>{full ? <>You will see everything that was recorded, released or not. <b>That you watch is entered in the ledger</b>, with your name and your words.</>
              : "You will see what was released to the engineer, not everything that was recorded."}</p>
            {full && <label class="why-watch"><span>Why do you watch?<em> optional</em></span><input type="text" maxLength={400} value={why} onInput={(e) => setWhy(e.currentTarget.value)} placeholder="yearly review, incident 12, …" /></label>}
            <div class="buttons"><button type="submit" class="primary">Watch</button></div>
          </form>
        ) : (
          <>
            {!full && <p class="notice">This is what was released to the engineer, not everything that was recorded.</p>}
            {loaded.done < loaded.of && <p class="notice" role="status">{loaded.whole ? `Loading: ${loaded.done} of ${plural(loaded.of, "part")}.` : `This page holds the first ${plural(Math.round(loaded.bytes / 1e6), "megabyte")}. The rest is in the evidence: sallyport evidence export.`}</p>}
            <Player tracks={tracks} actions={withParts} first={action} name={id} />
          </>
        )}
      <Watchers data={data} />
    </>
  );
}

/** What stands in the place of a part that cannot be read: the rest is shown all the same, and the gap is said. */
const note = (t: Track, says: string): Frame => ({ at: t.length * 1000, kind: "marker", data: toBase64(new TextEncoder().encode(says)) });
const gap = (t: Track, part: number, why: string): Part => ({ part, parts: 0, start: new Date(t.start).toISOString(), frames: [note(t, `Part ${part + 1} is missing here: ${why}.`)] });

function Watchers({ data }: { data: Replay }) {
  if (!data.actions.some((a) => a.full) && data.watched.length === 0) return null;
  const said = new Map<string, { by: Replay["watched"][number]["by"]; at: string; why?: string; actions: Set<string> }>();
  for (const w of data.watched) { // one line for each person and minute
    const key = `${w.by.id} ${w.at.slice(0, 16)} ${w.why ?? ""}`, line = said.get(key) ?? { by: w.by, at: w.at, why: w.why, actions: new Set() };
    line.actions.add(w.action);
    said.set(key, line);
  }
  return (
    <section class="watchers"><h2>Who has watched this</h2>
      {said.size === 0 ? <Empty>Nobody yet.</Empty> : <ul class="plainlist">{[...said.values()].reverse().map((w) => <li><b><Party p={w.by} plain /></b> <span class="dim"><When t={w.at} />, {plural(w.actions.size, "action")}</span>{w.why && <> <q>{w.why}</q></>}</li>)}</ul>}
    </section>
  );
}

const speeds = [0.5, 1, 2, 4, 8, 16, 64];
const clock = (ms: number) => { const s = Math.floor(ms / 1000); return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`; };
const utc = (ms: number) => new Date(ms).toISOString().slice(11, 19) + " UTC";
const streamWords: Record<string, string> = { out: "output", err: "error output", in: "input", marker: "note", exit: "end" };

function Player({ tracks, actions, first, name }: { tracks: Track[]; actions: ReplayAction[]; first?: string; name: string }) {
  const [quick, setQuick] = useState(true);
  const [speed, setSpeed] = useState(1);
  const [playing, setPlaying] = useState(false);
  const [now, setNow] = useState(0);
  const [tab, setTab] = useState<"screen" | "transcript">("screen");
  const [search, setSearch] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const time = useMemo(() => new Timeline(tracks, quick ? 2000 : Infinity), [tracks, quick]);
  const lines = useMemo(() => tracks.flatMap((t, i) => t.lines(i)), [tracks]);
  const wanted = search.trim().toLowerCase();
  const hits = useMemo(() => (wanted ? lines.filter((l) => l.plain.includes(wanted) || l.text.toLowerCase().includes(wanted)) : []), [lines, wanted]);
  const here = time.at(now), track = tracks[here.track];
  const seek = (t: number) => setNow(Math.max(0, Math.min(time.length, t)));
  const jump = (i: number) => { if (i >= 0 && i < tracks.length) seek(time.begins[i]!); };
  const toLine = (l: Line) => { setPlaying(false); setTab("screen"); seek(time.of(l.track, l.at)); };
  const next = (by: number) => {
    if (hits.length === 0) return;
    const at = hits.findIndex((l) => time.of(l.track, l.at) > now + (by < 0 ? -1 : 0.5));
    const i = by > 0 ? (at < 0 ? 0 : at) : (at < 0 ? hits.length : at) - 2;
    toLine(hits[(i + hits.length) % hits.length]!);
  };
  useEffect(() => { const i = actions.findIndex((a) => a.id === first); if (i > 0) jump(i); }, []);
  useEffect(() => {
    if (!playing) return;
    let last = performance.now();
    const timer = setInterval(() => {
      const t = performance.now(), by = (t - last) * speed;
      last = t;
      setNow((n) => { if (n + by >= time.length) { setPlaying(false); return time.length; } return n + by; });
    }, 50);
    return () => clearInterval(timer);
  }, [playing, speed, time]);
  const toggle = () => { if (!playing && now >= time.length) seek(0); setPlaying(!playing); };
  const faster = (by: number) => setSpeed(speeds[Math.max(0, Math.min(speeds.length - 1, speeds.indexOf(speed) + by))]!);
  const cut = () => { const at = time.at(now); setQuick(!quick); setNow(new Timeline(tracks, quick ? Infinity : 2000).of(at.track, at.real)); };
  useKeys([
    { key: " ", says: "play, pause", run: toggle }, { key: "ArrowLeft", says: "five seconds back", run: () => seek(now - 5000) }, { key: "ArrowRight", says: "five seconds on", run: () => seek(now + 5000) },
    { key: "[", says: "the action before", run: () => jump(now - time.begins[here.track]! > 1500 ? here.track : here.track - 1) }, { key: "]", says: "the next action", run: () => jump(here.track + 1) },
    { key: "<", says: "slower", run: () => faster(-1) }, { key: ">", says: "faster", run: () => faster(1) }, { key: "t", says: "screen or transcript", run: () => setTab(tab === "screen" ? "transcript" : "screen") },
    { key: "/", says: "search what was said", run: () => input.current?.focus() }, { key: "n", says: "next hit", run: () => next(1) }, { key: "N", says: "hit before", run: () => next(-1) },
  ]);
  const a = actions[here.track];
  return (
    <div class="two player">
      <div class="left">
        <div class="tabs" role="tablist" aria-label="How to look at it">
          {(["screen", "transcript"] as const).map((t) => <button type="button" role="tab" aria-selected={tab === t} onClick={() => setTab(t)}>{t === "screen" ? "Screen" : "Transcript"}</button>)}
          <span class="find">
            <input ref={input} type="search" placeholder="search  /" aria-label="search the recording" value={search} onInput={(e) => setSearch(e.currentTarget.value)} onKeyDown={(e) => { if (e.key === "Enter") { e.preventDefault(); next(e.shiftKey ? -1 : 1); } }} />
            {wanted && <span class="dim" role="status">{plural(hits.length, "line")}</span>}
            {wanted && hits.length > 0 && <Button onClick={() => next(1)}>Next</Button>}
          </span>
          <Button title="the whole transcript, with the time of each line" onClick={() => save(`transcript-${name}.json`, lines.map((l) => ({ action: actions[l.track]!.id, time: new Date(tracks[l.track]!.start + l.at).toISOString(), stream: l.kind, text: l.text })))}>JSON</Button>
        </div>
        {tab === "screen" ? <Screen track={track} real={here.real} title={a ? firstLine(a.text) : ""} wanted={wanted} />
          : <Transcript lines={wanted ? hits : lines} tracks={tracks} actions={actions} now={now} time={time} go={toLine} found={!!wanted} />}
        <div class="deck">
          <input type="range" aria-label="position" aria-valuetext={`${clock(now)} of ${clock(time.length)}`} min={0} max={Math.ceil(time.length)} step={50} value={Math.round(now)} onInput={(e) => { setPlaying(false); seek(Number(e.currentTarget.value)); }} />
          <div class="marks" aria-hidden="true">{time.begins.map((b, i) => <i key={i} class={"m-" + (actions[i]?.verdict ?? "none")} style={{ left: `${(b / Math.max(1, time.length)) * 100}%` }} />)}</div>
          <div class="buttons">
            <Button kind="primary" k="Space" onClick={toggle}>{playing ? "Pause" : "Play"}</Button>
            <Button k="[" onClick={() => jump(here.track - 1)} disabled={here.track === 0}>Action before</Button>
            <Button k="]" onClick={() => jump(here.track + 1)} disabled={here.track >= tracks.length - 1}>Next action</Button>
            <label>speed <select value={speed} onChange={(e) => setSpeed(Number(e.currentTarget.value))}>{speeds.map((v) => <option value={v}>{v}×</option>)}</select></label>
            <label><input type="checkbox" checked={quick} onChange={cut} /> cut waits to 2 s</label>
            <span class="clock">{clock(now)} / {clock(time.length)}<span class="dim"> · {track && utc(track.start + here.real)}</span></span>
          </div>
        </div>
      </div>
      <aside class="right">
        <section><h2>Actions</h2>
          <ol class="jumps">{actions.map((x, i) => (
            <li><button type="button" data-row="" aria-current={i === here.track} class={"jump lv-" + (x.verdict ?? "none")} onClick={() => jump(i)}>
              <span class="j-head">{x.verdict && <Verdict v={x.verdict} />}<span class="dim">{tracks[i] && utc(tracks[i]!.start)}{x.exit !== undefined && ` · exit ${x.exit}`}</span></span>
              <code class="first">{firstLine(x.text)}</code>
            </button></li>
          ))}</ol>
        </section>
        {a && <section><p><Link to={`/actions/${a.id}`}>Text, assessment and decisions of this action</Link></p></section>}
      </aside>
    </div>
  );
}

const decoder = new TextDecoder();

/** The last lines that had come at a moment. Sequences are shown, not obeyed: nothing a target prints can move, hide or fake anything here. */
function Screen({ track, real, title, wanted }: { track?: Track; real: number; title: string; wanted: string }) {
  const box = useRef<HTMLDivElement>(null);
  const [cols, setCols] = useState(0);
  useLayoutEffect(() => {
    const el = box.current!;
    const measure = () => setCols(Math.max(24, Math.floor((el.clientWidth - 32) / (el.querySelector<HTMLElement>(".probe")!.getBoundingClientRect().width / 20))));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(el);
    return () => watch.disconnect();
  }, []);
  const bytes = track ? track.bytesAt(real) : 0;
  const rows = track && cols > 0 ? visible(track.rows(cols), bytes, 400) : [];
  const scroll = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => { const el = scroll.current; if (el) el.scrollTop = el.scrollHeight; }, [bytes, cols]);
  const l = track && cols > 0 ? track.rows(cols) : null;
  return (
    <div class="stage" ref={box}>
      <span class="probe" aria-hidden="true">00000000000000000000</span>
      <p class="stage-head"><code>{title}</code></p>
      <div class="stage-rows" role="region" aria-label="what was printed" tabIndex={0} ref={scroll}>
        {rows.map(({ row, segs }) => {
          const kind = track!.pieceAt(l!.start[row]!)?.kind ?? "out", text = wanted && strip(decoder.decode(l!.bytes.subarray(l!.start[row]!, l!.start[row + 1]!)));
          return <div key={row} class={"st st-" + kind + (text && text.toLowerCase().includes(wanted) ? " hit" : "")}>{segs.map((s) => (s.kind === "plain" ? s.text : <span class={"c-" + s.kind} title={s.title}>{s.text}</span>))}</div>;
        })}
        {bytes === 0 && <p class="dim">{track && track.size === 0 ? "It printed nothing." : "Nothing has been printed yet."}</p>}
      </div>
    </div>
  );
}

const shownLines = 600;
function Transcript({ lines, tracks, actions, now, time, go, found }: { lines: Line[]; tracks: Track[]; actions: ReplayAction[]; now: number; time: Timeline; go: (l: Line) => void; found: boolean }) {
  const [from, setFrom] = useState(0);
  useEffect(() => setFrom(0), [lines]);
  if (lines.length === 0) return <Empty>{found ? "No line holds these words." : "Nothing was printed."}</Empty>;
  const shown = lines.slice(from, from + shownLines);
  return (
    <div class="stage transcript-lines">
      {from > 0 && <Button onClick={() => setFrom(Math.max(0, from - shownLines))}>Earlier lines</Button>}
      <ol>{shown.map((l, i) => {
        const head = i === 0 || shown[i - 1]!.track !== l.track;
        return (
          <li key={`${l.track} ${l.row}`} class={time.of(l.track, l.at) <= now ? "" : "later"}>
            {head && <p class="t-action"><code>{firstLine(actions[l.track]!.text)}</code></p>}
            <button type="button" data-row="" class={"t-line st-" + l.kind} title={`${streamWords[l.kind] ?? l.kind}; play from here`} onClick={() => go(l)}><span class="t-at">{utc(tracks[l.track]!.start + l.at).slice(0, 8)}</span><code>{shownControls(l.text)}</code></button>
          </li>
        );
      })}</ol>
      {from + shownLines < lines.length && <Button onClick={() => setFrom(from + shownLines)}>{plural(lines.length - from - shownLines, "more line")}</Button>}
    </div>
  );
}

/** A line as text, with what a screen would hide spelled out. */
const shownControls = (s: string) => s.replace(/[\p{Cf}\p{Cc}\p{Zl}\p{Zp}\p{Co}]/gu, (c) => (c === "\t" ? "    " : c === "\x1b" ? "‹ESC›" : `‹${c.codePointAt(0)!.toString(16).toUpperCase().padStart(2, "0")}›`));
