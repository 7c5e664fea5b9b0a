import { loadMe, me, post, Refusal } from "./api";
import { fromBase64, toBase64 as encode } from "./text/reveal";
import type { Key } from "./types";

// Passkeys: made here, vouched for by somebody else, and asked for where an act must carry its person's signature. The challenge comes from the
// server, as everything on this page does: a signature proves that the passkey was used with its person there, and not what they saw.

export interface Signed { key: string; form: "webauthn"; sig: string }

const toBase64 = (b: ArrayBuffer | Uint8Array) => encode(new Uint8Array(b));
const source = (s: string) => fromBase64(s) as Uint8Array<ArrayBuffer>;

/** The caller's passkeys that this page can ask for. */
export const passkeys = (): Key[] => (me.value?.keys ?? []).filter((k) => k.form === "webauthn" && k.passkey?.origin === location.origin && k.use?.includes("sign"));

/** Why no passkey can be made or used on this page, or "". */
export function unable(): string {
  const site = me.value?.site;
  if (!site) return "Browsers make passkeys for host names only, and this console is reached by an address.";
  if (site.origin !== location.origin) return `Passkeys of this console belong to ${site.origin}: open it there.`;
  return window.PublicKeyCredential ? "" : "This browser has no passkeys.";
}

/** Has one of the caller's passkeys sign a challenge of the server. */
export async function sign(challenge: string): Promise<Signed> {
  await loadMe(); // a key may have come or gone since
  const keys = passkeys(), why = unable();
  if (why) throw new Refusal(0, "forbidden", why, "sign on your own machine instead: sallyport decide, sallyport propose");
  if (keys.length === 0) throw new Refusal(0, "forbidden", "this needs your own signature, and you have no passkey for this console", "make one under “Your keys” and have somebody vouch for it, or sign on your own machine: sallyport decide, sallyport propose");
  const { credential, sig } = await assert(challenge, keys.map((k) => k.passkey!.credential));
  const key = keys.find((k) => k.passkey!.credential === credential);
  if (!key) throw new Refusal(0, "forbidden", "the browser answered with a passkey that is not one of yours");
  return { key: key.key, form: "webauthn", sig };
}

async function assert(challenge: string, credentials: string[]): Promise<{ credential: string; sig: string }> {
  const c = await asked(() => navigator.credentials.get({ publicKey: {
    challenge: source(challenge), rpId: me.value!.site!.rpId, userVerification: "required", timeout: 120_000,
    allowCredentials: credentials.map((id) => ({ type: "public-key", id: source(id) })),
  } }));
  const r = c.response as AuthenticatorAssertionResponse;
  return { credential: toBase64(c.rawId), sig: toBase64(new TextEncoder().encode(JSON.stringify({ authenticatorData: toBase64(r.authenticatorData), clientDataJSON: toBase64(r.clientDataJSON), signature: toBase64(r.signature) }))) };
}

/** Sends an act in advance with its person's signature, where they have a passkey here. Where a profile wants one, the server refuses it without. */
export async function postSigned(path: string, challenge: string, body: object): Promise<void> {
  const signature = passkeys().length > 0 ? await sign((await post<{ challenge: string }>(challenge, body)).challenge) : undefined;
  await post(path, { ...body, signature });
}

/** Makes a passkey, has it sign that its person holds it, and offers it. Gives the name that a voucher compares. */
export async function offer(): Promise<string> {
  const { site, person, name } = me.value!;
  const c = await asked(() => navigator.credentials.create({ publicKey: {
    rp: { id: site!.rpId, name: "Sallyport" }, user: { id: new TextEncoder().encode(person), name: person, displayName: name || person },
    challenge: crypto.getRandomValues(new Uint8Array(32)), // the proof is the signature below, which stays in the ledger
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })), attestation: "none", timeout: 120_000,
    authenticatorSelection: { userVerification: "required", residentKey: "discouraged" },
    excludeCredentials: passkeys().map((k) => ({ type: "public-key", id: source(k.passkey!.credential) })),
  } }));
  // WebAuthn 6.1: 37 bytes, the authenticator's model (16), length of the name (2), the name, the key.
  const data = new Uint8Array((c.response as AuthenticatorAttestationResponse).getAuthenticatorData());
  const made = { credential: toBase64(c.rawId), public: toBase64(data.slice(55 + data[53]! * 256 + data[54]!)) };
  const { key, challenge } = await post<{ key: string; challenge: string }>("passkeys/challenge", made);
  const { sig } = await assert(challenge, [made.credential]);
  await post("passkeys", { ...made, signed: { key, form: "webauthn", sig } });
  return key;
}

/** Asks the browser, and says in words what became of it. */
async function asked(f: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const c = await f();
    if (c) return c as PublicKeyCredential;
  } catch (e) {
    const known: Record<string, string> = { NotAllowedError: "it was declined, took too long, or could not verify you", InvalidStateError: "this device has a passkey of yours already", SecurityError: "this page's address does not fit" };
    throw new Refusal(0, "forbidden", `no signature was made: ${known[(e as Error).name] ?? (e as Error).message}`, "nothing was sent");
  }
  throw new Refusal(0, "forbidden", "no signature was made", "nothing was sent");
}
