import { useEffect, useMemo, useState } from "preact/hooks";
import { post } from "../api";
import { heard, useLoad } from "../live";
import { attempt, say } from "../parts/dialog";
import { Ago, Button, Empty, Head, Party, Problem, save, State, Until, Verdict, When } from "../parts/bits";
import { isMe, SessionTools, stopAction } from "../parts/sessionkeys";
import { SayBox, Talk } from "../parts/talk";
import { passkeys, sign } from "../passkey";
import { MatchBox } from "../parts/match";
import { Link } from "../router";
import { fromBase64, toBase64 } from "../text/reveal";
import type { ActionPage, ActionSummary, Message, Session } from "../types";
import { modeWords, over, saidWords, stateWords } from "../words";
import { firstLine, needs } from "./queue";

interface Answer { session: Session; conversation: Message[] }

export function SessionPage({ id }: { id: string }) {
  const { data, error, reload } = useLoad<Answer>(`sessions/${id}`, (n) => n.session === id);
  if (!data) return <><Head title={`Session ${id}`} /><Problem e={error} /></>;
  const s = data.session, running = (s.actions ?? []).filter((a) => a.state === "running");
  return (
    <>
      <Head title={<bdi>{s.ticket.title || s.ticket.id}</bdi>} sub={<>Session <code>{s.id}</code> · ticket {s.ticket.id} · {s.system} · mode {s.mode}: {modeWords[s.mode]}</>}>
        <State s={s.state}>{stateWords[s.state] ?? s.state}</State>
        <SessionTools s={s} reload={reload} running={running.length > 0} />
        {s.state === "ended" && <a class="button" href={`/api/v1/sessions/${s.id}/receipt`} download={`${s.id}.receipt`} title="Proof that this session is in the log. Keep it where this server cannot change it.">Receipt</a>}
        {(s.actions ?? []).some((a) => ["running", "finished", "interrupted"].includes(a.state)) && <Link to={`/sessions/${s.id}/replay`}>Recording</Link>}
        <Button onClick={() => save(`session-${s.id}.json`, data)}>JSON</Button>
      </Head>
      <Problem e={error} />
      {s.why && <p class="notice">{s.state === "paused" ? "Paused" : s.state === "ended" ? "Ended" : "Note"}: {s.why}</p>}
      {s.state === "paused" && running.map((a) => (
        <p class="notice warnbox">A pause does not stop what runs: <code>{firstLine(a.text)}</code> is still running on {a.target}. <Button kind="danger" onClick={() => stopAction(a.id, reload)}>End that program</Button></p>
      ))}
      {s.state !== "ended" && needs(s).length > 0 && (needs(s).every((w) => /^[a-z]/.test(w)) ? <p class="notice">Before anything can run, this session needs {needs(s).join(", ")}.</p>
        : <div class="notice"><p><b>{s.state === "requested" ? "It does not open yet:" : "Nothing can run yet:"}</b></p><ul class="cannot">{needs(s).map((w) => <li>{w}</li>)}</ul></div>)}
      {s.accepted?.map((r) => <p class="notice">Risk acceptance <b>{r.acceptance}</b> makes the difference here: without it the rule <code>{r.rule}</code> keeps {r.for} out. Accepted by {r.by}, ends by itself <Until t={r.until} />.</p>)}
      {s.match && s.state !== "ended" && !isMe(s.engineer.id) && <section><h2>Who could escort it</h2><MatchBox m={s.match} /></section>}
      {s.match?.nobody && isMe(s.engineer.id) && <p class="notice warnbox">{s.match.says}</p>}
      <div class="two">
        <div class="left">
          <h2>Transcript</h2>
          <Transcript s={s} words={data.conversation} reload={reload} />
          {s.state !== "ended" && s.can?.includes("say") && <SayBox label="Write to everyone in this session" yes="Say" run={(words) => post(`sessions/${s.id}/say`, { words }).then(reload)} />}
          {isMe(s.engineer.id) && s.state === "open" && s.mode === "propose" && <Propose s={s} reload={reload} />}
        </div>
        <aside class="right">
          <section><h2>Who is here</h2>
            <dl class="facts">
              <dt>Engineer</dt><dd><Party p={s.engineer} /></dd>
              <dt>Escort</dt><dd><Party p={s.escort} /></dd>
              <dt>Presence</dt><dd><Presence s={s} /></dd>
              <dt>Opened</dt><dd><When t={s.opened} /></dd>
              <dt>Ends</dt><dd><Until t={s.until} /></dd>
            </dl></section>
          <section><h2>For which ticket</h2>
            {(s.ticket.text || s.ticket.scope?.text) && <p class="ticket-text">{s.ticket.text || s.ticket.scope.text}</p>}
            <dl class="facts"><dt>Targets</dt><dd>{(s.ticket.targets ?? []).join(", ")}</dd>{s.ticket.technologies?.length ? <><dt>Touches</dt><dd>{s.ticket.technologies.join(", ")}</dd></> : null}<dt>Window</dt><dd><When t={s.ticket.from} /> to <When t={s.ticket.to} /></dd></dl></section>
        </aside>
      </div>
    </>
  );
}

function Presence({ s }: { s: Session }) {
  if (s.state === "ended") return <span class="dim">over</span>;
  if (!s.escort) return <span class="warn">no escort: nothing can run</span>;
  const mine = isMe(s.escort.id);
  if (mine && heard.value[s.id] === false) return <span class="presence off">The gateway does not hear this page. Nothing can start.</span>;
  return <span class={"presence " + (s.present ? "on" : "off")}>{s.present ? (mine ? "you are seen to be here, as long as this page is open and visible" : "the escort is at their page") : "the escort is away: nothing can start"}</span>;
}

type Item = { at: string; action: ActionSummary } | { at: string; message: Message };

function Transcript({ s, words, reload }: { s: Session; words: Message[]; reload: () => void }) {
  const items: Item[] = [...(s.actions ?? []).map((action) => ({ at: action.proposed, action })), ...words.map((message) => ({ at: message.at, message }))];
  items.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const newest = new Set((s.actions ?? []).slice(-2).map((a) => a.id)); // others are fetched when they are opened
  if (items.length === 0) return <Empty>Nothing has happened yet. Proposals and words appear here as they come.</Empty>;
  return <ol class="transcript">{items.map((i) => "action" in i ? <Step key={i.action.id} a={i.action} reload={reload} engineer={isMe(s.engineer.id)} recent={newest.has(i.action.id)} /> : <li class="spoken"><Talk words={[i.message]} /></li>)}</ol>;
}

function Step({ a, reload, engineer, recent }: { a: ActionSummary; reload: () => void; engineer: boolean; recent: boolean }) {
  const head = <><code class={engineer ? "first whole" : "first"}>{engineer ? a.text : firstLine(a.text)}</code><State s={a.state}>{stateWords[a.state] ?? a.state}{a.exit !== undefined && ` · exit ${a.exit}`}</State></>;
  return (
    <li class={"step lv-" + (a.verdict ?? "none")}>
      {engineer ? <div class="step-head" data-row="" tabIndex={0}><span />{head}</div> : <Link to={`/actions/${a.id}`} row class="step-head"><Verdict v={a.verdict} />{head}</Link>}
      <p class="dim">on {a.target} · <Ago t={a.proposed} />{a.summary && <> · {a.summary}</>}{a.waiting && !over(a.state) && <> · waits for {a.waiting}</>}{a.runbook && <> · under runbook <b>{a.runbook}</b>, without a new decision</>}</p>
      {a.why && <p class="why">{a.why}</p>}
      {(a.words ?? []).map((m) => <p class="aside"><b><bdi>{m.by.name || m.by.id}</bdi></b> {saidWords[m.what] ?? m.what}{m.text && <>: <q>{m.text}</q></>}</p>)}
      {engineer && a.state === "asked" && <SayBox label="Your answer" yes="Answer" run={(words) => post(`actions/${a.id}/answer`, { words }).then(reload)} />}
      {engineer && !over(a.state) && a.state !== "running" && <div class="buttons"><Button onClick={() => void attempt(() => post(`actions/${a.id}/withdraw`).then(reload), "Taken back.")}>Take it back</Button></div>}
      {a.state === "running" && <div class="buttons"><Button kind="danger" onClick={() => stopAction(a.id, reload)}>Stop it</Button></div>}
      {engineer ? (["finished", "running"].includes(a.state) && <StepOutput a={a} engineer open={recent} />) : ["finished", "interrupted", "running"].includes(a.state) && <StepOutput a={a} />}
    </li>
  );
}

/** The end of what an action printed; the whole is on its own page. */
function StepOutput({ a, engineer, open: first }: { a: ActionSummary; engineer?: boolean; open?: boolean }) {
  const [open, setOpen] = useState(!!first);
  return (
    <details class="out" open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>What it printed</summary>
      {open && (engineer ? <Followed id={a.id} /> : <Printed id={a.id} />)}
    </details>
  );
}

function Printed({ id }: { id: string }) {
  const { data, error } = useLoad<ActionPage>(`actions/${id}`, (n) => n.action === id);
  const tail = useMemo(() => { const t = (data?.output?.stdout ?? "") + (data?.output?.stderr ?? ""); const l = t.split("\n"); return l.length > 41 ? `… ${l.length - 41} lines above, on the action's page\n` + l.slice(-41).join("\n") : t; }, [data]);
  if (!data) return <Problem e={error} />;
  if (!data.output) return <Empty>You do not see its output.</Empty>;
  if (data.output.replay) return <p class="dim">It is recorded. <Link to={`/sessions/${data.session}/replay/${id}`}>Watch the recording</Link></p>;
  return <><pre>{tail.replace(/[\p{Cf}\p{Cc}]/gu, (c) => (c === "\n" || c === "\t" ? c : "·")) || "nothing"}</pre>{data.output.held && <p class="warn">Held: <Link to={`/actions/${id}`}>release it on the action's page</Link>.</p>}</>;
}

/** What the engineer sees of an action: what was released of its output, as it is released. */
function Followed({ id }: { id: string }) {
  const [out, setOut] = useState("");
  const [end, setEnd] = useState("");
  useEffect(() => {
    const source = new EventSource(`/api/v1/actions/${id}/follow`), decoder = new TextDecoder();
    let all = "";
    source.onopen = () => { all = ""; };
    source.onmessage = (e) => {
      const step = JSON.parse(e.data) as { output?: string; done?: boolean; why?: string };
      if (step.output) { all = (all + decoder.decode(fromBase64(step.output), { stream: true })).slice(-200_000); setOut(all); }
      if (step.done) { source.close(); setEnd(step.why ?? ""); }
    };
    return () => source.close();
  }, [id]);
  return <><pre>{out.replace(/[\p{Cf}\p{Cc}]/gu, (c) => (c === "\n" || c === "\t" ? c : "·")) || "nothing was released"}</pre>{end && <p class="dim">{end}</p>}</>;
}

function Propose({ s, reload }: { s: Session; reload: () => void }) {
  const [text, setText] = useState(""), [target, setTarget] = useState((s.ticket.targets ?? [])[0] ?? ""), [dir, setDir] = useState("");
  const send = () => attempt(async () => {
    let body: object = { target, dir, text: toBase64(new TextEncoder().encode(text)) };
    if (s.signAsked) {
      const c = await post<{ challenge: string; body: { action: string } }>(`sessions/${s.id}/challenge`, body);
      body = { draft: c.body.action, signature: await sign(c.challenge) };
    }
    const a = await post<ActionSummary>(`sessions/${s.id}/actions`, body);
    setText("");
    reload();
    say(`Proposed as ${a.id}. It waits for a decision.`);
  });
  return (
    <form class="propose" onSubmit={(e) => { e.preventDefault(); void send(); }}>
      <h2>Propose work</h2>
      <div class="fields">
        <label><span>Target</span><select value={target} onChange={(e) => setTarget(e.currentTarget.value)}>{(s.ticket.targets ?? []).map((t) => <option>{t}</option>)}</select></label>
        <label><span>Folder</span><input type="text" placeholder="the login's home" value={dir} onInput={(e) => setDir(e.currentTarget.value)} /></label>
      </div>
      <textarea class="code" rows={6} spellcheck={false} aria-label="commands" placeholder="commands, exactly as they should run" value={text} onInput={(e) => setText(e.currentTarget.value)} />
      <div class="buttons"><button type="submit" class="primary" disabled={!text.trim()}>Propose</button></div>
      {s.signAsked && <p class={"hint signature" + (passkeys().length ? "" : " warn")}>A proposal here carries your own signature. {passkeys().length ? "Your browser asks for your passkey." : <>You have no passkey for this console: <Link to="/keys">make one</Link>, or use <code>sallyport propose {s.ticket.id}</code>.</>}</p>}
    </form>
  );
}
