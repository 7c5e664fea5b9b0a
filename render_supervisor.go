package sallyport

import (
	_ "embed"
	"strings"
)

//go:embed render_supervisor.sh
var supervisorSource string

// supervisor is the program that every action runs under, without comments and indentation.
var supervisor = func() string {
	var b strings.Builder
	for line := range strings.Lines(supervisorSource) {
		if line = strings.TrimLeft(line, " "); !strings.HasPrefix(line, "#") && line != "\n" {
			b.WriteString(line)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}()
