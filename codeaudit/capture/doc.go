// Package capture freezes a repository: it copies every object, reachable or not, and every reference into a git directory
// of our own, takes an inventory, and says what is wrong, missing or unusual about it.
//
// A repository is hostile input. Nothing of it is run or obeyed (package git sees to that); its paths are names in an
// inventory and never files on this machine; submodules are named and not followed. It does not judge what it finds.
package capture
