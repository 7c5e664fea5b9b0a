// Package attribute works out, for every line that was ever inserted into a repository, which commit inserted it, where it
// stands today or which commit removed it.
//
// It goes over the history once, forward. git compares each commit with its parents (distil.go) and the differences are
// replayed (replay.go) on a persistent map from path to runs of line numbers, one version of the map per commit that is
// still needed. Every inserted line has a number of its own, given out once; a file's content is a list of ranges of such
// numbers. A line that is cut from a file gets the commit that cut it written beside its number. At the end every number
// must be in a file of some tip, or have a commit beside it: the ledger balances, or it says where it does not.
//
// Which parent a line of a merge comes from follows git blame: the first parent that has it. Lines that no parent has belong
// to the merge.
//
// What it does not do: it does not read the lines. Binary content, submodules and what cannot be read count as one unit each.
package attribute
