// Package report says what an audit looked at, what was found, what could not be determined, by whom and with which recall, as
// JSON for programs and as one HTML file that prints well and loads nothing.
//
// It counts; it does not judge: outcomes are the reviewers' words. It says first what was not looked at. Canaries are listed as
// what they are and count for recall alone.
package report
