import { me, post } from "../api";
import { useKeys, type Key } from "../keys";
import type { Session } from "../types";
import { Button } from "./bits";
import { ask, attempt } from "./dialog";

/** What the caller may do with a session now, as keys and as buttons (quiet: buttons alone). The server says what that is. */
export function SessionTools({ s, reload, running, quiet }: { s: Session; reload: () => void; running?: boolean; quiet?: boolean }) {
  const can = (what: string) => !!s.can?.includes(what);
  const send = (what: string, words?: string) => post(`sessions/${s.id}/${what}`, words === undefined ? {} : { words }).then(reload);
  const words = (title: string, what: string, yes: string, says: string, kind?: string) => () => ask({
    title, yes, says, kind, fields: [{ name: "words", label: "Why, for both sides and the record", kind: "area", required: true }], run: (v) => send(what, v.words),
  });
  const still = running ? "The program that runs now keeps running: a pause stops only what has not started. To end it, stop it by itself." : "Nothing new starts until you resume.";
  const all: { can: string; k: string; label: string; kind?: string; says: string; run: () => void }[] = [
    { can: "claim", k: "c", label: "Claim", kind: "primary", says: "claim the session", run: () => void attempt(() => send("claim"), "Claimed: you are the escort of this session.") },
    { can: "approve", k: "A", label: "Approve session", kind: "primary", says: "approve the session", run: words("Approve this session", "approve", "Approve session", "The session may open. Every action in it still needs its own decision.") },
    { can: "approve", k: "R", label: "Refuse session", says: "refuse the session", run: words("Refuse this session", "refuse", "Refuse session", "The session ends.", "danger") },
    { can: "consent", k: "o", label: "Consent as owner", kind: "primary", says: "consent as system owner", run: () => void attempt(() => send("consent"), "Consent recorded.") },
    { can: "pause", k: "p", label: "Pause", says: "pause the session", run: words("Pause the session", "pause", "Pause", still) },
    { can: "resume", k: "p", label: "Resume", kind: "primary", says: "resume the session", run: () => void attempt(() => send("resume"), "Resumed.") },
    {
      can: "hand", k: "h", label: "Hand over", says: "hand the session over", run: () => ask({
        title: "Hand over the session", yes: "Hand over", says: "Until somebody claims it, nothing starts.",
        fields: [{ name: "to", label: "To whom (identifier)", help: "leave empty to offer it to anyone eligible" }, { name: "words", label: "What the next escort should know", kind: "area", required: true }],
        run: (v) => post(`sessions/${s.id}/handover`, v).then(reload),
      }),
    },
    { can: "end", k: "x", label: "End", kind: "danger", says: "end the session", run: words("End the session", "end", "End session", running ? "The program that runs now is ended too." : "Nothing more happens in it.", "danger") },
  ];
  const now = all.filter((b) => can(b.can));
  useKeys(quiet ? [] : now.map((b): Key => ({ key: b.k, says: b.says, run: b.run })));
  return <>{now.map((b) => <Button key={b.label} k={quiet ? undefined : b.k} kind={b.kind} onClick={b.run}>{b.label}</Button>)}</>;
}

/** Asks a running action to end. */
export const stopAction = (id: string, reload: () => void) => ask({
  title: "Stop this action", yes: "Stop it", kind: "danger", says: "The program and everything it started is asked to end, then ended. What escapes is named.",
  fields: [{ name: "words", label: "Why, for the record", kind: "area", required: true }], run: (v) => post(`actions/${id}/stop`, v).then(reload),
});

export const isMe = (id?: string) => id !== undefined && id === me.value?.person;
