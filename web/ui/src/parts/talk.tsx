import { useState } from "preact/hooks";
import type { Message } from "../types";
import { saidWords } from "../words";
import { Ago, Empty } from "./bits";
import { attempt } from "./dialog";

/** A conversation: what people wrote, as text and nothing else. */
export function Talk({ words, none }: { words: Message[]; none?: string }) {
  if (words.length === 0) return none ? <Empty>{none}</Empty> : null;
  return (
    <ol class="talk">
      {words.map((m) => (
        <li class={"m-" + m.what}>
          <p class="who"><bdi>{m.by.name || m.by.id}</bdi> <span class="dim">{saidWords[m.what] ?? m.what}, <Ago t={m.at} /></span></p>
          {m.text && <p class="what">{m.text}</p>}
        </li>
      ))}
    </ol>
  );
}

export function SayBox(p: { label: string; yes: string; run: (words: string) => Promise<unknown> }) {
  const [v, setV] = useState("");
  const send = () => { if (v.trim()) void attempt(async () => { await p.run(v); setV(""); }); };
  return (
    <form class="saybox" onSubmit={(e) => { e.preventDefault(); send(); }}>
      <textarea rows={2} aria-label={p.label} placeholder={p.label} value={v} onInput={(e) => setV(e.currentTarget.value)}
        onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); send(); } }} />
      <button type="submit" disabled={!v.trim()}>{p.yes}</button>
    </form>
  );
}
