// The shapes of docs/spec/api.md, as far as the console reads them.

export interface Party { id: string; name: string; country?: string; employer?: string }
export interface Me {
  asksVoucher?: number; person: string; name?: string; roles?: { role: string; system: string; until?: string }[]; keys?: Key[]; door: string; until?: string; can: string[]; page: string; version: string;
  server: string; site?: { rpId: string; origin: string };
}
export interface Key { key: string; form: string; use: string[] | null; public: string; until?: string; passkey?: { credential: string; rpId: string; origin: string } }
export interface Offer { person: Party; key: string; passkey: { credential: string; rpId: string; origin: string }; offered: string; until: string; mine: boolean }
export interface Scope { title: string; text?: string; paths?: string[]; services?: string[]; hosts?: string[] }
export interface Ticket {
  id: string; title: string; text?: string; system: string; targets: string[] | null; engineer: Party; mode: string;
  technologies?: string[]; scope: Scope; from: string; to: string; state: string; session?: string;
}
export interface Message { by: Party; at: string; what: string; text: string }
export interface ActionSummary {
  id: string; session: string; target: string; state: string; text: string; verdict?: string; summary?: string; waiting?: string;
  proposed: string; changed: string; exit?: number; why?: string; runbook?: string; words?: Message[];
}
export interface Session {
  id: string; ticket: Ticket; system: string; mode: string; state: string; waiting?: string[]; engineer: Party; escort?: Party;
  present: boolean; why?: string; opened: string; until: string; signAsked?: boolean; actions?: ActionSummary[]; match?: Match; accepted?: Accepted[]; can: string[] | null;
}
export interface Accepted { acceptance: string; for: string; rule: string; by: string; until: string }
export interface Candidate { person: string; name: string; offered: boolean; eligible: boolean; qualified: boolean; lacks?: string[]; sessions: number; whyNot?: string[] }
export interface Match { seat: string; needs?: string[]; says: string; nobody?: boolean; candidates?: Candidate[] }
export interface Queue { sessions: Session[]; actions: ActionSummary[] }
export type Level = "low" | "medium" | "high" | "critical";
export type Span = [number, number];
/** Where something stands: lines of the text, and of the pinned file that those lines run, where it stands in one. */
export interface Place { lines: Span; file?: string; fileLines?: Span }
export interface Effect extends Place {
  kind: string; target: string; detail?: string; certainty: string; condition?: string; level: Level; via: string[] | null;
  principal?: string; outside?: boolean;
}
export interface Finding extends Place { rule: string; level: Level; message: string; technique?: string }
export interface Unknown extends Place { why: string }
export interface Layer { name: string; lines: Span; text: string; file?: string }
export interface Assessment {
  verdict: Level; complete: boolean; summary: string; effects: Effect[] | null; findings: Finding[] | null; unknown: Unknown[] | null;
  commands: { understood: number; total: number }; advice?: string[]; layers?: Layer[]; engine: string;
}
export interface Shown { spec: string; pins?: string; assessment: string; page: string; opened: string; decided: string }
export interface Spec {
  text: string; target: string; address: string; hostKey: string; login: string; interpreter: string; dir: string; env?: { name: string; value: string }[];
  stdin?: string; limits: { timeout: number; output: number };
}
export interface Pin { path: string; word: string; offset: number; length: number; command: boolean; content: string }
export interface Decision { by: Party; seat: string; answer: string; words?: string; at: string; seconds: number }
export interface Output { stdout: string; stderr: string; held: boolean; cut: boolean; bytes: number; replay?: boolean }
export interface ActionPage extends ActionSummary {
  spec: Spec; pins?: Pin[]; missing?: { word: string; why: string }[]; assessment: Assessment | null; sessionView: Session;
  match?: Match; need: string[] | null; seat?: string; cannotWhy?: string[]; wordsAsked: boolean; signAsked: boolean; shown: Shown;
  decisions?: Decision[]; output?: Output;
}
export interface Entry { v: number; kind: string; time: string; by: string; session?: string; seq?: number; prev?: string; body: unknown }
export interface LedgerLine { index: number; leaf: string; entry: Entry; says: string }
export interface LedgerPage { lines: LedgerLine[]; size: number; checkpoint: string; at: string }
export interface Fact { name: string; state: string; value: unknown; verifier: string; recorded: string; until?: string; selfAsserted?: boolean; entry?: number; vouchers?: string[]; asksVoucher?: boolean; digest?: string }
export interface Person {
  id: string; name: string; email?: string; roles: { role: string; system: string; until?: string }[] | null; facts: Fact[] | null;
  keys: Key[] | null; revoked?: boolean;
}
export interface System {
  system: string; name: string; profile: string; impact?: string; technologies?: string[]; release: string; markings?: string[];
  outputLimit?: number; escortCap?: number; retired?: boolean;
}
export interface Target {
  target: string; system: string; address: string; hostKey: string; logins: string[] | null; interpreter: string; technologies?: string[]; retired?: boolean;
}
export interface Explained {
  person: string; name: string; question: string; allowed: boolean; answer: string; because: string[] | null; facts?: string[]; lists?: string[];
  accepted?: string[]; changes?: string[]; instead?: string[]; questions?: string[]; policy: string;
}
export interface Acceptance {
  acceptance: string; system: string; person?: string; rule: string; by: string; until: string; ended?: boolean; details?: { reason?: string; controls?: string[] };
}
export interface Preview { sessions: string[] | null; actions: string[] | null; people: string[] | null; says: string; unstopped?: { action: string; target: string; why: string }[] }
export interface Revocation { what: string; name?: string; reason: string; by: Party; at: string; can: boolean }
export interface Notice { index: number; kind: string; session?: string; action?: string }
export interface SessionsPage { sessions: Session[]; next?: number }
export interface ReplayAction extends ActionSummary { full: boolean; started?: string; parts: number; bytes?: number }
export interface Replay { session: Session; actions: ReplayAction[]; watched: { by: Party; at: string; action: string; why?: string }[] }
export interface Rule { id: string; forbids: boolean; says: string; changes: string; basis?: string; requirement?: string; question?: string; acceptable?: boolean }
export interface Profile {
  profile: string; title: string; version: string; content: string; shipped: boolean; house: boolean; systems: string[]; summary: string;
  parameters: { name: string; value: string }[]; lists: string[]; rules: Rule[];
}
export interface CountryList { list: string; title: string; version: string; source: string; confirmed: boolean; note?: string; members: string[] | null; content: string; readBy: string[] }
export interface PolicyChange {
  profile: string; was: string; is: string; same: boolean; content: string; archive: string; cases: string; added: string[] | null; removed: string[] | null; reworded: string[] | null;
  parameters: string[] | null; missing: string[]; changes: { person: string; name: string; system: string; ask: string; was: boolean; is: boolean; by: string[] }[]; sessions: string[]; people: number; systems: string[];
}
export interface Disclosure {
  system: string; profile: string; asked: boolean; versions: { version: string; countries: string[] | null; employers: string[] | null; by: Party; at: string }[];
  blocked: { person: string; name: string; ask: string; why: string[]; facts: string[] | null }[];
}
export interface Approval { approval: string; system: string; countries: string[]; from: string; until: string; document: string; state: string; by: Party; at: string }
export interface Runbook { runbook: string; system: string; targets: string[]; text: { title: string; text: string; login: string; interpreter: string; dir: string }; until: string; escort: Party; second: Party; state: string; can: string[] }
export interface WhoRow {
  index: number; time: string; person: string; name: string; deed: string; kind: string; session?: string; system?: string; mode?: string; ticket?: string; action?: string; target?: string; says: string;
  content?: { what: string; digest?: string; bytes?: number; text?: string; cut?: boolean; withheld?: string }[]; facts: Fact[];
}
export interface WhoAnswer { rows: WhoRow[]; next?: number; size: number; total: number; deeds: Record<string, number>; people: string[]; systems: string[]; asked: string[] }
export interface Ending { ends: { until: string; what: string; name: string; person?: string; system?: string }[]; more?: number; lists: { name: string; version: string; confirmed: boolean }[] }
