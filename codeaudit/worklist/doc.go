// Package worklist makes the list of items that reviewers go through: it reads what an audit attributed, lets package signal
// look at every commit in scope and package artifact at every release, lets package rank put the items in order, and keeps the
// list in the folder of the audit.
//
// It leaves nothing out: every change of every commit in scope is in an item, whatever its score. The same audit gives the same list, byte
// for byte; an interrupted run leaves the list before it.
package worklist
