// Package scope says which commits of a history an audit covers, and why: those in which a member of the set is author,
// committer, named in a trailer, signer or pusher. The set is a list of identities that an accountable organisation supplied,
// with the facts and the evidence for which each is on it.
//
// A commit is matched by mail address, account, key or session id, and by mappings between these that are shown, one by one,
// for approval. It is never matched by a person's name, language, mail domain or time zone, and nothing is inferred from them:
// the set has no place to say so, and a file with a column for it is refused.
//
// The outcome is one decision per commit, in or out, with reasons, and the root of a Merkle tree over all decisions, so that
// inclusion, exclusion and count can be checked by somebody who was not there.
package scope
