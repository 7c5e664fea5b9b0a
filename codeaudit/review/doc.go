// Package review keeps what people decided about the items of an audit, and says how far they are.
//
// Decisions are appended to one file, each with the digest of the line before, so that a decision that disappears shows.
// Nothing is ever changed or removed: who changes their mind decides again. The rules are few and never bent: whoever a commit
// names does not review it; an item above the score that asks for two people is done when two different people decided and
// agree in substance; nothing is done because of a score.
//
// Canaries are items planted with a known fault to learn how much reviewers find. Who reviews is told that there are some, not
// which. They count for recall and never for coverage.
//
// The package does no work on repositories, shows nothing that an item does not hold, and lets nothing of an item act on a terminal.
package review
