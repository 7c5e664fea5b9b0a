import { signal } from "@preact/signals";
import type { Me } from "./types";

/** What the server answered instead of success. */
export class Refusal extends Error {
  constructor(readonly status: number, readonly code: string, message: string, readonly hint?: string) { super(message); }
}

export const me = signal<Me | null>(null);
/** True once the server said that nobody is signed in here. */
export const signedOut = signal(false);
/** The server's clock minus this machine's, in milliseconds. */
let skew = 0;
export const serverNow = () => Date.now() + skew;

/** The version of this very page: what a decision says it was shown on. */
export const pageVersion = document.querySelector('meta[name="page"]')?.getAttribute("content") ?? "";

export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method, headers: { Accept: "application/json", ...(me.value ? { "Sallyport-As": me.value.person } : {}) }, credentials: "same-origin" };
  if (method !== "GET") {
    init.headers = { ...init.headers, "Content-Type": "application/json" };
    init.body = JSON.stringify(body ?? {});
  }
  let res: Response;
  try {
    res = await fetch("/api/v1/" + path, init);
  } catch {
    throw new Refusal(0, "unavailable", "the gateway does not answer", "nothing was done; try again when it is back");
  }
  if (res.status === 204) return undefined as T;
  const text = await res.text();
  let v: any;
  try { v = JSON.parse(text); } catch { throw new Refusal(res.status, "unavailable", "the answer is not what this page expects", "reload the page"); }
  if (!res.ok) {
    if (res.status === 401) signedOut.value = true;
    throw new Refusal(res.status, v.code, v.message, v.hint);
  }
  return v as T;
}

export const get = <T>(path: string) => call<T>("GET", path);
export const post = <T = void>(path: string, body?: unknown) => call<T>("POST", path, body);

export async function loadMe() {
  const v = await get<Me>("me");
  skew = Date.parse(v.server) - Date.now();
  me.value = v;
}
