package sshd

import (
	"bytes"
	"strings"

	"sallyport/recording"
)

// inertLine makes one line of ours safe for a terminal, whatever a person or a target put into it.
func inertLine(s string) string {
	var b bytes.Buffer
	w := recording.NewInert(&b)
	_, _ = w.Write([]byte(strings.ReplaceAll(s, "\n", " ")))
	_ = w.Close()
	return strings.TrimRight(b.String(), "\r\n")
}

func clip(s string) string {
	const most = 120
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}
