// Package policy says who may do what: it evaluates Cedar policies over verified facts, and it is the only place where a
// rule about people stands.
//
// A profile is a folder of data: policies, parameters, a summary and a table of cases. [Open] reads one of those that are
// shipped, [Load] an own folder, [Parse] the archive that a PolicySet entry refers to. All three give a [Set], parsed once
// and safe for concurrent use. [Set.Evaluate] answers a [Request]; [Set.Explain] answers in sentences.
//
// It promises:
//   - Deny by default. A policy whose evaluation errors is a denial, although Cedar would skip it.
//   - Equal sets and equal requests give equal answers, byte for byte: no clock, no randomness, no I/O.
//   - No policy reads an attribute that is not there: every attribute that one reads is filled, unknown is a value
//     (state "unknown", never an empty country), and a set that reads a fact's value without reading its state is
//     refused when it is read.
//   - A rule about citizenship, residence, location, employer country or a country list that names no legal basis is
//     refused.
//
// It does not know what may follow what (package workflow does), and it never derives a fact: a person's name, address,
// language and time zone are not even in its requests.
package policy
