// Package bundle puts an audit into one file from which a third party, with git and this program, finds out whether the report
// is true: it reproduces the root of the scope and of the ledger of lines, counts coverage and recall again, checks that every line in
// scope is in an item that somebody could decide about, and spot-checks lines with git blame at places of the verifier's choosing.
//
// The format is docs/spec/codeaudit-bundle.md. A bundle holds no repository: the verifier brings their own copy. It is hostile
// input to whoever verifies it: sizes and counts are bounded, nothing of it is unpacked or run, and what could not be checked is
// said.
package bundle
