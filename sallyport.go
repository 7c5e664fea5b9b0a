// Package sallyport holds the nouns of Sallyport: people and facts, systems and targets, tickets, sessions, actions,
// assessments, decisions, entries. It imports the standard library only and does no I/O.
//
// # Rooms
//
// What may follow what is in package workflow, who may do what in package policy, and both together in package rules;
// the three are pure. Package gateway is the application: the only caller of the ledger's Append. Packages sshd and web are its doors:
// they translate and never decide. Package verify re-derives everything from an evidence bundle.
//
// # Time
//
// Every time is UTC, RFC 3339 with at most nanoseconds, and is an input: nothing in this package reads a clock.
package sallyport
