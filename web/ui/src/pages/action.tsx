import { useMemo, useState } from "preact/hooks";
import { call, pageVersion, post } from "../api";
import { useKeys } from "../keys";
import { passkeys, sign } from "../passkey";
import { useLoad } from "../live";
import { ask, attempt, say } from "../parts/dialog";
import { Ago, Button, Empty, Head, Party, Problem, State, Until, Verdict, When } from "../parts/bits";
import { Effects, Findings, Unknowns } from "../parts/effects";
import { MatchBox } from "../parts/match";
import { isMe, SessionTools, stopAction } from "../parts/sessionkeys";
import { SayBox, Talk } from "../parts/talk";
import { Link } from "../router";
import { fromBase64 } from "../text/reveal";
import { TextView, type Mark } from "../text/view";
import type { ActionPage as Page, Assessment, Place, Span } from "../types";
import { over, plural, saidWords, stateWords, verdictWords } from "../words";
import { OutputBox } from "./output";

export function ActionPage({ id }: { id: string }) {
  const { data: p, error, reload } = useLoad<Page>(`actions/${id}`, (n) => n.action === id || (!n.action && n.session !== undefined));
  if (!p) return <><Head title={`Action ${id}`} /><Problem e={error} /></>;
  return <Shown key={p.shown.spec} p={p} reload={reload} stale={error !== null} />;
}

function Shown({ p, reload, stale }: { p: Page; reload: () => void; stale: boolean }) {
  const [at, setAt] = useState<Place & { n: number }>({ lines: [0, 0], n: 0 });
  // What is decided on is what this page first showed: the time it was opened is the first answer's, not the last reload's.
  const opened = useMemo(() => p.shown.opened, [p.shown.assessment]);
  const a = p.assessment;
  const text = useMemo(() => fromBase64(p.spec.text ?? ""), [p.spec.text]);
  const stdin = useMemo(() => (p.spec.stdin ? fromBase64(p.spec.stdin) : null), [p.spec.stdin]);
  const marks = useMemo<Mark[]>(() => [...(a?.findings ?? []), ...(a?.effects ?? []).filter((e) => e.level !== "low"), ...(a?.unknown ?? []).map((u) => ({ lines: u.lines, level: "medium" }))].map((f) => ({ lines: f.lines, level: f.level })), [a]);
  // A layer that is a pinned file stands on the page already, as that file.
  const pinned = useMemo(() => new Set((p.pins ?? []).flatMap((pin) => [pin.word, pin.path])), [p.pins]);
  const goTo = (place: Place) => setAt({ ...place, n: at.n + 1 });
  const inText = !at.file || !pinned.has(at.file);
  const decide = async (answer: string, words: string) => {
    const d = { seat: p.seat, answer, words, shown: { ...p.shown, opened, page: pageVersion } };
    // Where the profile asks for signatures, an approval is the decider's only with theirs: over what the server says it will write.
    const signed = answer === "approve" && p.signAsked ? await sign((await post<{ challenge: string }>(`actions/${p.id}/challenge`, d)).challenge) : undefined;
    await call("POST", `actions/${p.id}/decision`, { ...d, signed });
    reload();
  };
  const may = !!p.seat && !over(p.state);
  const s = p.sessionView;

  const approve = () => ask({
    title: "Approve this action", yes: "Approve", says: <LastLook a={a} p={p} />,
    fields: [{ name: "words", label: p.wordsAsked ? "In your own words: what does it do?" : "Words for the record", kind: "area", required: p.wordsAsked }],
    run: (v) => decide("approve", v.words ?? "").then(() => say("Your approval is recorded. It fits exactly these bytes, once.")),
  });
  const refuse = () => ask({ title: "Refuse this action", yes: "Refuse", kind: "danger", says: "The engineer reads your words.", fields: [{ name: "words", label: "Why", kind: "area", required: true }], run: (v) => decide("refuse", v.words ?? "").then(() => say("Refused.")) });
  const question = () => ask({ title: "Ask the engineer", yes: "Ask", says: "The action waits for the answer.", fields: [{ name: "words", label: "Your question", kind: "area", required: true }], run: (v) => decide("ask", v.words ?? "").then(() => say("Asked.")) });
  const escalate = () => void attempt(() => decide("escalate", ""), "Passed on to a second person. Saying so is part of the job.");
  useKeys(may ? [
    { key: "a", says: "approve", run: approve }, { key: "r", says: "refuse", run: refuse }, { key: "q", says: "ask a question", run: question },
    { key: "e", says: "I do not understand this", run: escalate },
  ] : []);

  return (
    <>
      <Head title={<>Action on <bdi>{p.target}</bdi></>} sub={<><Link to={`/sessions/${p.session}`}>{s.ticket.id}: <bdi>{s.ticket.title}</bdi></Link> · proposed by <Party p={s.engineer} /> · <Ago t={p.proposed} /></>}>
        <State s={p.state}>{stateWords[p.state] ?? p.state}</State>
        {p.state === "running" && <Button kind="danger" onClick={() => stopAction(p.id, reload)}>Stop it</Button>}
        <SessionTools s={s} reload={reload} running={p.state === "running"} />
      </Head>
      {stale && <div class="problem" role="alert"><p>This page could not be brought up to date. What you see may be old.</p></div>}

      <section class={"verdict v-" + (a?.verdict ?? "none")} aria-label="Assessment">
        <Verdict v={a?.verdict} big />
        <div>
          <p class="summary">{a ? a.summary : "It is not assessed yet."}</p>
          <p class="dim">{a ? verdictWords[a.verdict] : stateWords[p.state]}{a && !a.complete && " Not everything in it was understood."}</p>
        </div>
      </section>

      <div class="two">
        <div class="left">
          <section><h2>What would run</h2>
            <p class="runs dim">on <b>{p.spec.target || p.target}</b> as <b>{p.spec.login}</b> with <code>{p.spec.interpreter}</code> in <code>{p.spec.dir || "the login's home"}</code>, for at most {Math.round(p.spec.limits.timeout / 1e9)} s{p.spec.env?.map((e) => <>, <code class="env"><bdi>{e.name}={e.value}</bdi></code></>)}</p>
            <TextView bytes={text} label="the text of the action" marks={marks} at={at.lines} seen={inText ? at.n : 0} tall /></section>
          {stdin && <section><h2>What it reads as input</h2><TextView bytes={stdin} label="standard input" /></section>}
          {(p.pins ?? []).map((pin) => <PinBox key={pin.path + pin.offset} pin={pin} a={a} text={text} at={at} goTo={goTo} />)}
          {!!p.missing?.length && <section><h2>What it runs and this page cannot show</h2><ul class="missing">{p.missing.map((m) => <li><code><bdi>{m.word}</bdi></code> {m.why}</li>)}</ul></section>}
          {(a?.layers ?? []).filter((l) => !l.file || !pinned.has(l.file)).map((l) => <LayerBox key={l.name} name={l.name} lines={l.lines} text={l.text} goTo={goTo} />)}
          {p.output && <OutputBox p={p} reload={reload} />}
        </div>

        <aside class="right">
          <section class="decide">{p.match && !over(p.state) && !p.seat && <MatchBox m={p.match} />}<Deciding p={p} may={may} approve={approve} refuse={refuse} question={question} escalate={escalate} /></section>
          {a && <>
            {!!a.findings?.length && <section><h2>Why it matters</h2><Findings a={a} go={goTo} /></section>}
            <section><h2>What it would do</h2><Effects a={a} go={goTo} /></section>
            <section><h2>What is understood</h2><Unknowns a={a} go={goTo} /></section>
            {!!a.advice?.length && <section><h2>What would make this safer to approve</h2><ul class="advice">{a.advice.map((t) => <li>{t}</li>)}</ul></section>}
          </>}
          <section><h2>For which ticket</h2><TicketBox p={p} /></section>
          <section><h2>Conversation</h2>
            <Talk words={p.words ?? []} none="Nobody has written anything about this action." />
            {p.state === "asked" && isMe(s.engineer.id) && <SayBox label="Your answer" yes="Answer" run={(words) => post(`actions/${p.id}/answer`, { words }).then(reload)} />}
            {isMe(s.engineer.id) && !over(p.state) && p.state !== "running" && <Button onClick={() => void attempt(() => post(`actions/${p.id}/withdraw`).then(reload), "Taken back.")}>Take it back</Button>}
          </section>
          <section><h2>For the record</h2><Record p={p} a={a} /></section>
        </aside>
      </div>
    </>
  );
}

function LastLook({ a, p }: { a: Assessment | null; p: Page }) {
  const grave = (a?.findings ?? []).filter((f) => f.level === "high" || f.level === "critical");
  return (
    <>
      <p><Verdict v={a?.verdict} /> {a?.summary}</p>
      {grave.length > 0 && <ul>{grave.map((f) => <li>{f.message}</li>)}</ul>}
      {!!a?.unknown?.length && <p class="warn">{plural(a.unknown.length, "thing")} could not be determined.</p>}
      {!!p.missing?.length && <p class="warn">{plural(p.missing.length, "file")} that it runs could not be shown.</p>}
      <p class="dim">Exactly these bytes may run, once, on {p.target}.</p>
    </>
  );
}

function Deciding(d: { p: Page; may: boolean; approve: () => void; refuse: () => void; question: () => void; escalate: () => void }) {
  const { p } = d;
  const approved = p.state === "approved" && (p.decisions ?? []).findLast((x) => isMe(x.by.id))?.answer === "approve";
  return (
    <>
      <h2>Decision</h2>
      {(p.decisions ?? []).map((x) => (
        <p class={"taken t-" + x.answer}><b><Party p={x.by} plain /></b> {saidWords[x.answer] ?? x.answer} as {x.seat === "second" ? "second person" : x.seat} <span class="dim"><Ago t={x.at} />, {Math.round(x.seconds)} s after opening the page</span>{x.words && <span class="words">{x.words}</span>}</p>
      ))}
      {p.why && <p class="why">{p.why}</p>}
      {!over(p.state) && !!p.need?.length && <p>Still needed: {p.need.join("; ")}.</p>}
      {d.may ? (
        <div class="buttons">
          {approved ? <p>You approved it. Until it starts you may still refuse it.</p> : <Button kind="primary" k="a" onClick={d.approve}>Approve</Button>}
          <Button kind="danger" k="r" onClick={d.refuse}>Refuse</Button>
          <Button k="q" onClick={d.question}>Ask</Button>
          <Button k="e" onClick={d.escalate}>I do not understand this</Button>
          {p.signAsked && <SignatureAsked id={p.id} />}
          <p class="hint">{p.seat === "second" ? "You decide as second person." : "You decide as escort."} Not understanding is a good reason: it goes to a second person, and nobody is blamed.</p>
        </div>
      ) : over(p.state) ? null : p.cannotWhy?.length ? <ul class="cannot">{p.cannotWhy.map((w) => <li>{w}</li>)}</ul> : <Empty>You have no seat in this decision.</Empty>}
    </>
  );
}

/** Says what an approval needs here, and what its signature is worth. */
export function SignatureAsked({ id }: { id: string }) {
  return passkeys().length > 0
    ? <p class="hint signature">An approval here carries your own signature: your browser asks for your passkey. It proves that you approved, and not what this page showed you; <code>sallyport decide {id}</code> shows and signs on your own machine.</p>
    : <p class="hint signature warn">An approval here must carry your own signature, and you have no passkey for this console. <Link to="/keys">Make one</Link>, or use <code>sallyport decide {id}</code> on your own machine.</p>;
}

/** A file that the text runs, whole, with the lines in which the assessment names something. */
function PinBox({ pin, a, text, at, goTo }: { pin: NonNullable<Page["pins"]>[number]; a: Assessment | null; text: Uint8Array; at: Place & { n: number }; goTo: (p: Place) => void }) {
  const bytes = useMemo(() => fromBase64(pin.content ?? ""), [pin.content]);
  const marks = useMemo(() => namedIn(pin, a), [pin.word, pin.path, a]);
  const line = useMemo(() => { let n = 1; for (let i = 0; i < pin.offset && i < text.length; i++) if (text[i] === 10) n++; return n; }, [pin.offset, text]);
  const here = at.file === pin.word || at.file === pin.path;
  return (
    <section class="pin">
      <h2><code><bdi>{pin.path}</bdi></code></h2>
      <p class="dim">{pin.command ? "Run" : "Used"} by <button type="button" class="lines" onClick={() => goTo({ lines: [line, line] })}>line {line}</button>, as <code><bdi>{pin.word}</bdi></code>. This is what the target held when it was read; this copy runs, and the file is not read again.</p>
      {marks.length > 0 && <p class="named">The assessment names {marks.slice(0, 40).map((m) => <button type="button" class={"lines lv-" + m.level} title={m.what} onClick={() => goTo({ lines: [line, line], file: pin.path, fileLines: m.lines })}>line {m.lines[0]}</button>)}</p>}
      <TextView bytes={bytes} label={`the file ${pin.path}`} marks={marks} at={here ? at.fileLines : undefined} seen={here ? at.n : 0} tall />
    </section>
  );
}

/** The lines of a pinned file in which the assessment names something, each once, with the gravest of it. */
function namedIn(pin: { word: string; path: string }, a: Assessment | null): (Mark & { what: string })[] {
  const by = new Map<number, Mark & { what: string }>();
  const add = (p: Place, level: string, what: string) => {
    if (!p.fileLines || p.fileLines[0] === 0 || (p.file !== pin.word && p.file !== pin.path)) return;
    const was = by.get(p.fileLines[0]);
    if (!was) by.set(p.fileLines[0], { lines: p.fileLines, level, what });
    else by.set(p.fileLines[0], { lines: [was.lines[0], Math.max(was.lines[1], p.fileLines[1])], level: order.indexOf(level) > order.indexOf(was.level) ? level : was.level, what: `${was.what}; ${what}` });
  };
  for (const f of a?.findings ?? []) add(f, f.level, f.message);
  for (const e of a?.effects ?? []) if (e.level !== "low") add(e, e.level, `${e.kind} ${e.target}`);
  for (const u of a?.unknown ?? []) add(u, "medium", u.why);
  return [...by.values()].sort((x, y) => x.lines[0] - y.lines[0]);
}
const order = ["low", "medium", "high", "critical"];

function LayerBox(p: { name: string; lines: Span; text: string; goTo: (p: Place) => void }) {
  const bytes = useMemo(() => new TextEncoder().encode(p.text), [p.text]);
  return (
    <section class="pin"><h2>Hidden inside: {p.name}</h2>
      <p class="dim">Carried or built by <button type="button" class="lines" onClick={() => p.goTo({ lines: p.lines })}>line {p.lines[0]}</button>, and judged too.</p>
      <TextView bytes={bytes} label={`the layer ${p.name}`} /></section>
  );
}

function TicketBox({ p }: { p: Page }) {
  const t = p.sessionView.ticket, sc = t.scope ?? ({} as Page["sessionView"]["ticket"]["scope"]);
  const row = (k: string, v?: string[]) => v?.length ? <><dt>{k}</dt><dd><bdi>{v.join(", ")}</bdi></dd></> : null;
  return (
    <>
      <p><b>{t.id}</b> <bdi>{t.title}</bdi></p>
      {(t.text || sc.text) && <p class="ticket-text">{t.text || sc.text}</p>}
      <dl class="facts">
        <dt>System</dt><dd>{t.system}</dd>{row("Paths", sc.paths)}{row("Services", sc.services)}{row("Hosts", sc.hosts)}
        <dt>Window</dt><dd><When t={t.from} /> to <When t={t.to} /></dd>
        <dt>Engineer</dt><dd><Party p={p.sessionView.engineer} /></dd>
        <dt>Escort</dt><dd><Party p={p.sessionView.escort} /></dd>
        <dt>Session</dt><dd><Until t={p.sessionView.until} /></dd>
      </dl>
    </>
  );
}

function Record({ p, a }: { p: Page; a: Assessment | null }) {
  return (
    <dl class="facts digests">
      <dt>Action</dt><dd><code>{p.id}</code></dd>
      <dt>Text and limits</dt><dd><code>{p.shown.spec}</code></dd>
      {p.shown.pins && <><dt>Files</dt><dd><code>{p.shown.pins}</code></dd></>}
      <dt>Assessment</dt><dd><code>{p.shown.assessment || "none"}</code></dd>
      <dt>Address</dt><dd><code>{p.spec.address}</code></dd>
      <dt>Host key</dt><dd><code>{p.spec.hostKey}</code></dd>
      <dt>Rules</dt><dd>{a?.engine ?? "none"}</dd>
      <dt>Page</dt><dd><code>{pageVersion}</code></dd>
    </dl>
  );
}
