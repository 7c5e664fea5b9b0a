// Package ledger keeps the one ordered list of entries on which everything else rests: appended durably, hashed into a
// Merkle tree (RFC 6962), and sealed with a signed checkpoint (C2SP tlog-checkpoint) in the same transaction.
//
// It promises: an acknowledged entry is durable and covered by a checkpoint; indexes are the order of [Log.Enqueue]; after a
// failed commit nothing more is accepted until the log is opened again, because a write that "failed" may have persisted;
// a database that is behind its guard is refused, so that a restored backup cannot fork the log.
//
// It does not judge entries (package rules does), keeps no texts or outputs (package store/blob does) and knows no SQL: storage is
// behind [Store], and package store implements it. Tiles in C2SP tlog-tiles layout are written behind by [Tiler] and can be rebuilt.
package ledger
