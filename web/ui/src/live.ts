import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, me, post, Refusal, signedOut } from "./api";
import type { Notice, Queue } from "./types";

/** Whether the stream of notices stands. Without it nothing that is shown is called current. */
export const connected = signal(true);
/** Seconds tick, for ages and countdowns. */
export const tick = signal(Date.now());
setInterval(() => { tick.value = Date.now(); }, 1000);

const listeners = new Set<(n: Notice | null) => void>();
/** Calls f for each notice; with null after the stream came back, when notices may have been missed. */
export function onNotice(f: (n: Notice | null) => void) { listeners.add(f); return () => { listeners.delete(f); }; }

export function startLive() {
  const source = new EventSource("/api/v1/events");
  let broken = false;
  source.onopen = () => { connected.value = true; if (broken) listeners.forEach((f) => f(null)); broken = false; };
  source.onerror = () => {
    connected.value = false; broken = true;
    if (source.readyState === EventSource.CLOSED && !signedOut.value) { source.close(); setTimeout(startLive, 3000); }
  };
  source.onmessage = (e) => { const n = JSON.parse(e.data) as Notice; listeners.forEach((f) => f(n)); };
}

/** Loads path and keeps it current: again after each notice that concerns it, and now and then in any case. */
export function useLoad<T>(path: string | null, concerns: (n: Notice) => boolean = () => true) {
  const [data, setData] = useState<T | null>(null);
  const [error, setError] = useState<Refusal | null>(null);
  const test = useRef(concerns);
  test.current = concerns;
  const again = useRef<() => void>(() => {});
  useEffect(() => {
    if (path === null) return;
    let alive = true, busy = false, dirty = false;
    setData(null); setError(null);
    const load = async () => {
      if (busy) { dirty = true; return; }
      busy = true;
      try { const v = await get<T>(path); if (alive) { setData(v); setError(null); } }
      catch (e) { if (alive) setError(e as Refusal); }
      busy = false;
      if (dirty && alive) { dirty = false; setTimeout(load, 150); }
    };
    again.current = load;
    void load();
    const off = onNotice((n) => { if (n === null || test.current(n)) void load(); });
    const timer = setInterval(load, 20000);
    return () => { alive = false; off(); clearInterval(timer); };
  }, [path]);
  return { data, error, reload: () => again.current() };
}

/** The escort's queue, shared by the menu, the notifications and the heartbeat. */
export const queue = signal<Queue | null>(null);
export const queueError = signal<Refusal | null>(null);
let queueBusy = false, queueDirty = false;
export async function loadQueue() {
  if (!me.value?.can.includes("queue")) return;
  if (queueBusy) { queueDirty = true; return; }
  queueBusy = true;
  try { queue.value = await get<Queue>("queue"); queueError.value = null; } catch (e) { queueError.value = e as Refusal; }
  queueBusy = false;
  if (queueDirty) { queueDirty = false; setTimeout(loadQueue, 150); }
}

/** The sessions that this person escorts and that still live. */
export const escorting = () => (queue.value?.sessions ?? []).filter((s) => s.escort?.id === me.value?.person && s.state !== "ended");

/** Whether the last heartbeat of each session was heard. */
export const heard = signal<Record<string, boolean>>({});

/** Says every second, for each session escorted, that the page is open, and whether it can be seen. */
export function startPresence() {
  const beat = () => {
    for (const s of escorting()) {
      const t = new AbortController();
      const timer = setTimeout(() => t.abort(), 1500);
      post(`sessions/${s.id}/presence`, { hidden: document.hidden })
        .then(() => { if (!heard.value[s.id]) heard.value = { ...heard.value, [s.id]: true }; })
        .catch(() => { if (heard.value[s.id] !== false) heard.value = { ...heard.value, [s.id]: false }; })
        .finally(() => clearTimeout(timer));
    }
  };
  setInterval(beat, 1000);
  document.addEventListener("visibilitychange", () => { beat(); away(); });
}

/** Since when this tab is out of sight, while its person escorts somebody. Its title is what they still see of it. */
export const awaySince = signal(0);
let awayTimer = 0;
function away() {
  clearTimeout(awayTimer);
  awaySince.value = document.hidden && escorting().length > 0 ? Date.now() : 0;
  if (!awaySince.value || !notifying.value) return;
  awayTimer = window.setTimeout(() => notify("You are not seen at your page", "Come back: the session that you escort pauses soon, and then ends."), 10_000);
}

/** Browser notifications: asked for by a button, never by ourselves. They carry no text of an action. */
export const notifying = signal(typeof Notification !== "undefined" && Notification.permission === "granted");
export async function askToNotify() { notifying.value = (await Notification.requestPermission()) === "granted"; }
export function startNotifications() {
  let known: Set<string> | null = null;
  queue.subscribe((q) => {
    if (!q) return;
    const now = new Set([...q.actions.map((a) => a.id), ...q.sessions.filter((s) => s.can?.includes("claim")).map((s) => s.id)]);
    const fresh = known ? [...now].filter((id) => !known!.has(id)) : [];
    known = now;
    if (fresh.length > 0 && notifying.value && document.hidden) notify("Something waits for you", fresh.length === 1 ? fresh[0]! : `${fresh.length} things`);
  });
}
function notify(title: string, body: string) {
  const n = new Notification(title, { body, tag: "sallyport" });
  n.onclick = () => { window.focus(); n.close(); };
}
