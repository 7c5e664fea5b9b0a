// Package change holds the nouns that every part of a code audit speaks: a commit with the people named in it, and what it
// changed in one file, line by line, with what became of each line.
//
// It holds shapes only. Package attribute fills them from a repository, package scope says which commits count, and the
// packages that judge a change read them. It does no I/O and infers nothing about a person.
//
// Everything in it that comes from a repository is hostile: names, paths, messages and lines are the bytes found there,
// unescaped and possibly not UTF-8. Whoever prints them makes them inert first.
package change
