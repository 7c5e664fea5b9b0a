// Package codeaudit answers one question about a pile of repositories and a list of people: everything these people ever
// put in, what of it stands where today, and proof that nothing was left out.
//
// It is the door to its rooms: git (reading hostile repositories), capture (freezing them), scope (which commits count, and
// why), attribute (which line came from which commit, and what became of it), change (the nouns). A [Workspace] is the
// folder on disk that an audit lives in; every step reads what the step before wrote and can be interrupted and run again.
//
// It does not judge: it never says that a change is good or bad, and never infers anything about a person. The set of people
// comes from the organisation that is accountable for it.
//
// It promises that nothing of a repository is executed or followed: no hook, filter, textconv, helper or configuration of a
// repository runs, and no network is used unless a source is a URL.
package codeaudit
