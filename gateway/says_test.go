package gateway

import (
	"strings"
	"testing"

	"sallyport"
	"sallyport/workflow"
)

// Every kind of entry is a sentence: people read lists of them.
func TestEveryKindIsASentence(t *testing.T) {
	g, s := &Gateway{}, workflow.New()
	for _, kind := range sallyport.Kinds() {
		body, err := sallyport.NewBody(kind)
		if err != nil {
			t.Fatal(err)
		}
		if said := g.says(s, sallyport.Entry{Kind: kind, By: "ed"}, body); said == "" || strings.HasSuffix(said, ": "+string(kind)) {
			t.Errorf("%s: %q", kind, said)
		}
	}
}
