import { post, me, loadMe, Refusal } from "../api";
import { useLoad } from "../live";
import { ask, attempt, say } from "../parts/dialog";
import { Button, Empty, Head, Problem, Until } from "../parts/bits";
import { offer, unable } from "../passkey";
import type { Offer } from "../types";

/** What a person signs with, what waits for a voucher, and what of others waits for theirs. */
export function YourKeysPage() {
  const { data, error, reload } = useLoad<Offer[]>("passkeys", (n) => n.kind.startsWith("key."));
  const keys = me.value?.keys ?? [], why = unable();
  const again = () => { void loadMe(); reload(); };
  const make = () => void attempt(async () => { await offer(); again(); say("Made. Somebody must vouch for it before it counts."); });
  const vouch = (o: Offer) => ask({
    title: `Vouch for a passkey of ${o.person.name || o.person.id}`, yes: "Vouch", says: <>
      <p>You say that this passkey is theirs. Ask them, in person or by telephone, for the name on their own screen, and compare all of it:</p>
      <p><code>{o.key}</code></p></>,
    fields: [{ name: "end", label: "Its last six characters, as they read them to you", required: true }],
    run: async (v) => {
      if (v.end?.trim() !== o.key.slice(-6)) throw new Refusal(0, "conflict", "that is not how its name ends", "if they read you something else, this is not their passkey: do not vouch for it");
      await post(`people/${o.person.id}/passkeys`, { key: o.key }).then(again);
      say("Enrolled: from now on it signs for them.");
    },
  });
  const mine = (data ?? []).filter((o) => o.mine), others = (data ?? []).filter((o) => !o.mine);
  return (
    <>
      <Head title="Your keys" sub="What you sign with when a profile asks for your own signature."><Button kind="primary" disabled={why !== ""} onClick={make}>Make a passkey</Button></Head>
      <Problem e={error} />
      {why && <p class="notice">{why} <code>sallyport decide</code> and <code>sallyport propose</code> sign with a key of your SSH agent.</p>}
      <section><h2>Enrolled</h2>
        {keys.length === 0 ? <Empty>No key of yours is enrolled.</Empty> : <ul class="plainlist keylist">{keys.map((k) => <li><code>{k.key}</code> <span class="dim">{k.form === "webauthn" ? `passkey of ${k.passkey?.origin}` : "SSH key"}, for {(k.use ?? []).join(" and ")}</span> {k.until && <Until t={k.until} />}</li>)}</ul>}
      </section>
      {mine.length > 0 && <section><h2>Waiting for somebody to vouch</h2>
        <p class="dim">Read the whole name to an administrator, supervisor or approver, in person or by telephone. They compare it with what they see.</p>
        <ul class="plainlist waiting">{mine.map((o) => <li><code>{o.key}</code> <Until t={o.until} /></li>)}</ul></section>}
      {others.length > 0 && <section><h2>Waiting for your word</h2>
        <ul class="plainlist vouch">{others.map((o) => <li><b><bdi>{o.person.name || o.person.id}</bdi></b> <code>{o.key}</code> <Until t={o.until} /> <Button onClick={() => vouch(o)}>Vouch…</Button></li>)}</ul></section>}
      <section><h2>What a passkey proves</h2>
        <p>That your passkey was used for this one act, with you there. The operator of the server cannot invent such an act without it. It does not prove what you saw: a browser shows what the server sends. To read and sign on your own machine, use <code>sallyport decide</code>.</p></section>
    </>
  );
}
