// Package rank puts what a set of people did into the order in which it should be read.
//
// It takes commits with their signals (package signal), knows what is usual in their history and for each identity, finds
// sequences of commits that together do what each alone does not, and gives every item a score with the sum written out.
//
// A score orders work and nothing else: it never clears anything, and an item at the end of the list is read like one at its
// beginning. Weights are in signal.Table; what this package adds is written in score.go, in one place, with reasons. It uses
// no property of a person but what their commits did before; time zones are not looked at.
//
// The same history gives the same order, byte for byte.
package rank
