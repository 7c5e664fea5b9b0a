package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
)

// FuzzCheckLines: every line of input gets one line of JSON back, whatever it is.
func FuzzCheckLines(f *testing.F) {
	for _, s := range []string{`{"id":1,"text":"ls"}`, "{}\n[]\nx", "\n\n", `{"id":{"a":[1]},"text":"\u0000$("}`, `{"text":5}`, `{"id":"x","text":"eval \"$(echo aWQ= | base64 -d)\""}` + "\nnull"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if len(in) > 1<<14 {
			return
		}
		var out bytes.Buffer
		if err := checkLines(context.Background(), bytes.NewReader(in), &out); err != nil {
			t.Fatal(err)
		}
		want := 0
		for _, l := range strings.Split(string(in), "\n") {
			if strings.TrimRight(l, "\r") != "" {
				want++
			}
		}
		got := 0
		for _, l := range bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n")) {
			if len(l) == 0 {
				continue
			}
			got++
			var o map[string]any
			if err := json.Unmarshal(l, &o); err != nil {
				t.Fatalf("answer %q: %v", l, err)
			}
			if o["verdict"] == nil && o["error"] == nil {
				t.Errorf("answer %q has neither verdict nor error", l)
			}
		}
		if got != want {
			t.Errorf("%d answers to %d lines", got, want)
		}
	})
}
