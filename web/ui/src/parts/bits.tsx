import type { ComponentChildren } from "preact";
import { serverNow, type Refusal } from "../api";
import { tick } from "../live";
import type { Party as PartyView } from "../types";

export function Verdict({ v, big }: { v?: string; big?: boolean }) {
  if (!v) return <span class="chip none">not assessed</span>;
  return <span class={`chip v-${v}${big ? " big" : ""}`}>{v}</span>;
}

export function State({ s, children }: { s: string; children?: ComponentChildren }) {
  return <span class={`state s-${s}`}>{children ?? s}</span>;
}

/** A person as others may see them: unknown is said, not left out. */
export function Party({ p, plain }: { p?: PartyView; plain?: boolean }) {
  if (!p) return <span class="dim">nobody</span>;
  return (
    <span class="party">
      <bdi>{p.name || p.id}</bdi>
      {!plain && <span class="dim"> · {p.country ? (p.country === "unknown" ? "country unknown" : `from ${p.country}`) : "country not shown"} · {p.employer ? (p.employer === "unknown" ? "employer unknown" : <bdi>{p.employer}</bdi>) : "employer not shown"}</span>}
    </span>
  );
}

const absolute = (t: string) => t.replace("T", " ").replace(/\.\d+/, "").replace("Z", " UTC");
export const isZero = (t?: string) => !t || t.startsWith("0001-");

export function When({ t }: { t?: string }) {
  if (isZero(t)) return <span class="dim">never</span>;
  return <time dateTime={t} title={t}>{absolute(t!)}</time>;
}

function span(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60 < 10 ? "0" : ""}${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} days`;
}

export function Ago({ t }: { t?: string }) {
  void tick.value;
  if (isZero(t)) return <span class="dim">never</span>;
  return <time dateTime={t} title={absolute(t!)}>{span(serverNow() - Date.parse(t!))} ago</time>;
}

/** A countdown to t, by the server's clock. */
export function Until({ t, soon = 3600 }: { t?: string; soon?: number }) {
  void tick.value;
  if (isZero(t)) return <span class="dim">no end</span>;
  const left = Date.parse(t!) - serverNow();
  if (left <= 0) return <time dateTime={t} title={absolute(t!)} class="warn">over since {left < -86400e3 ? t!.slice(0, 10) : absolute(t!).slice(11)}</time>;
  return <time dateTime={t} title={absolute(t!)} class={left < soon * 1000 ? "warn" : ""}>{span(left)} left</time>;
}

export function Problem({ e }: { e: Refusal | null }) {
  if (!e) return null;
  return <div class="problem" role="alert"><p>{e.message}</p>{e.hint && <p class="hint">{e.hint}</p>}</div>;
}

export function Empty({ children }: { children: ComponentChildren }) { return <p class="empty">{children}</p>; }
export function Kbd({ k }: { k: string }) { return <kbd aria-hidden="true">{k}</kbd>; }

export function Button(p: { onClick: () => void; k?: string; kind?: string; disabled?: boolean; children: ComponentChildren; title?: string }) {
  return <button type="button" class={p.kind ?? ""} disabled={p.disabled} title={p.title} onClick={p.onClick}>{p.children}{p.k && <Kbd k={p.k} />}</button>;
}

export function Head(p: { title: ComponentChildren; sub?: ComponentChildren; children?: ComponentChildren }) {
  return <header class="head"><div><h1>{p.title}</h1>{p.sub && <p class="sub">{p.sub}</p>}</div><div class="tools">{p.children}</div></header>;
}

/** Hands v to the browser as a file. */
export function save(name: string, v: unknown) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(v, null, 2) + "\n"], { type: "application/json" }));
  const a = document.createElement("a");
  a.href = url; a.download = name; a.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
