// Package evidence takes what happened to someone who trusts neither operator nor vendor: a bundle is one zip file with every entry of the
// ledger, the checkpoint and its cosignatures, and those texts, recordings and facts that are disclosed. docs/spec/bundle.md has the
// layout.
//
// Entries hold no content, so every bundle ships all of them, whatever its filter: that no whole session was left out can be
// checked. What is left out is listed with its reason. The reader is hardened: a bundle is hostile until verified, and package
// verify judges it.
package evidence
