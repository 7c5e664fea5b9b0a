// Package git reads repositories that may be hostile, with the git binary, and makes sure that it is the only program that runs.
//
// git obeys the configuration, the attributes and the alternates of the repository it is pointed at, and several of these
// name programs to run or places to read. So git never sees the repository: it is pointed at a *shadow*, a git directory of
// our own with a configuration of our own, whose object folder links to the repository's pack files and loose objects, and
// to nothing else. References, which are data, are read by this package. The environment of every child is written from
// nothing; there is no network but in Clone, and no lazy fetching of missing objects.
//
// What it does not do: it does not interpret history (packages attribute and scope do), and does not protect against a
// defect in git's own object parser; run it as a user who may read nothing else if the repository is truly feared.
package git
