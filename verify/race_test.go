//go:build race

package verify_test

// raceEnabled thins out the slow tests: they look for no races.
const raceEnabled = true
