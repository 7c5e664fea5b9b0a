package target

// Level of a finding of a preflight.
type Level string

const (
	OK   Level = "ok"
	Note Level = "note" // cannot be checked from here, or worth knowing
	Warn Level = "warn" // works, with less protection than it could have
	Fail Level = "fail" // actions will not run, or must not
)

// Finding is one result of the preflight of a target.
type Finding struct {
	Check   string `json:"check"` // what was looked at: "host key", "login shell", ...
	Level   Level  `json:"level"`
	Message string `json:"message"`
	Fix     string `json:"fix,omitempty"` // exact lines to add or to run on the target, each ended by a line feed, with where they go as a # comment
}

// Fit reports whether no finding is a failure.
func Fit(findings []Finding) bool {
	for _, f := range findings {
		if f.Level == Fail {
			return false
		}
	}
	return len(findings) > 0
}
