import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Refusal } from "../api";
import { Problem } from "./bits";

export interface Field {
  name: string; label: string; help?: string; kind?: "text" | "area" | "time" | "choice" | "list"; choices?: [string, string][];
  required?: boolean; value?: string; placeholder?: string;
}
export interface Question {
  title: string; says?: ComponentChildren; fields?: Field[]; yes: string; kind?: string;
  /** Does it; an error keeps the dialog open. */
  run: (v: Record<string, string>) => Promise<unknown>;
}

const asked = signal<Question | null>(null);
export const ask = (q: Question) => { asked.value = q; };

export const toast = signal<{ text: string; bad: boolean } | null>(null);
let toastTimer = 0;
export function say(text: string, bad = false) {
  toast.value = { text, bad };
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => { toast.value = null; }, bad ? 12000 : 4000);
}
/** Runs f and says how it went. */
export async function attempt(f: () => Promise<unknown>, done?: string) {
  try { await f(); if (done) say(done); } catch (e) { const r = e as Refusal; say(r.message + (r.hint ? ` (${r.hint})` : ""), true); }
}

/** A list field holds one value a line or separated by commas. */
export const list = (v?: string) => (v ?? "").split(/[\n,]/).map((s) => s.trim()).filter(Boolean);

export function Dialogs() {
  const q = asked.value, t = toast.value;
  return (
    <>
      {q && <Dialog key={q.title} q={q} />}
      <div class="toasts" role="status" aria-live="polite">{t && <p class={"toast" + (t.bad ? " bad" : "")}>{t.text}</p>}</div>
    </>
  );
}

function Dialog({ q }: { q: Question }) {
  const box = useRef<HTMLDialogElement>(null);
  const [v, setV] = useState<Record<string, string>>(() => Object.fromEntries((q.fields ?? []).map((f) => [f.name, f.value ?? ""])));
  const [error, setError] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => { box.current!.showModal(); }, []);
  const close = () => { asked.value = null; };
  const submit = async () => {
    if (busy) return;
    setBusy(true); setError(null);
    try { await q.run(v); close(); } catch (e) { setError(e as Refusal); setBusy(false); }
  };
  const set = (f: Field, x: string) => setV({ ...v, [f.name]: x });
  return (
    <dialog ref={box} onClose={close} aria-label={q.title}>
      <form method="dialog" onSubmit={(e) => { e.preventDefault(); void submit(); }}
        onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); e.currentTarget.requestSubmit(); } }}>
        <h2>{q.title}</h2>
        {q.says && <div class="says">{q.says}</div>}
        {(q.fields ?? []).map((f, i) => (
          <label key={f.name}>
            <span>{f.label}{!f.required && <em> optional</em>}</span>
            {f.kind === "area" || f.kind === "list"
              ? <textarea rows={f.kind === "list" ? 2 : 4} required={f.required} autoFocus={i === 0} placeholder={f.placeholder} value={v[f.name]} onInput={(e) => set(f, e.currentTarget.value)} />
              : f.kind === "choice"
                ? <select required={f.required} autoFocus={i === 0} value={v[f.name]} onChange={(e) => set(f, e.currentTarget.value)}>{f.choices!.map(([c, s]) => <option value={c}>{s}</option>)}</select>
                : <input type="text" required={f.required} autoFocus={i === 0} autocomplete="off" spellcheck={false} placeholder={f.placeholder} value={v[f.name]} onInput={(e) => set(f, e.currentTarget.value)} />}
            {f.help && <small>{f.help}</small>}
          </label>
        ))}
        <Problem e={error} />
        <div class="buttons">
          <button type="button" onClick={close}>Cancel</button>
          <button type="submit" class={q.kind ?? "primary"} disabled={busy} autoFocus={!q.fields?.length}>{q.yes}</button>
        </div>
      </form>
    </dialog>
  );
}
