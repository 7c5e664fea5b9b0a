package signal

import (
	"math/rand/v2"
	"testing"
)

// A line that an expression matches is never kept from it.
func TestRequiredTextsAreInEveryMatch(t *testing.T) {
	every := map[*rule]bool{}
	for _, rules := range byWord {
		for _, r := range rules {
			every[r] = true
		}
	}
	for _, e := range examples {
		for _, text := range append(split(e.old), split(e.now)...) {
			lower := lowered(nil, text)
			for r := range every {
				if r.compiled != nil && r.compiled.Match(text) && !r.compiled.may(lower) {
					t.Errorf("%s matches %q, which does not hold of each of %q one", r.re, text, r.compiled.needs)
				}
			}
		}
	}
	for _, c := range []struct{ expr, line string }{{`(?i)Ab(c|d)+x`, "aBCDx"}, {`\bfoo\b|bar`, "a bar"}, {`(?:ab|c)?xyz`, "xyz"}, {`[kK]ey`, "Key"}, {`a{2,}bcd`, "aabcd"}, {`.*`, ""}} {
		p := newPattern(c.expr)
		if !p.MatchString(c.line) || !p.may(lowered(nil, []byte(c.line))) {
			t.Errorf("%s does not take %q; it asks for %q", c.expr, c.line, p.needs)
		}
	}
}

// Most rules know texts without which they need not be tried.
func TestMostRulesKnowWhatTheyNeed(t *testing.T) {
	with, all := 0, 0
	for _, rules := range byWord {
		for _, r := range rules {
			if r.compiled != nil {
				if all++; r.compiled.needs != nil {
					with++
				}
			}
		}
	}
	if with*10 < all*8 {
		t.Errorf("only %d of %d rules know texts that every match holds", with, all)
	}
}

func BenchmarkScan(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var inputs []Input
	lines := 0
	for range 200 {
		e := examples[r.IntN(len(examples))]
		in := commitOf("src/a.c", e.old, e.now+"\n    for (i = 0; i < n; i++) {\n        sum += values[i] * get_weight(list, i);\n    }\n    if (len > sizeof(buf))\n        return -1;")
		lines += len(in.Changes[0].Hunks[0].New)
		inputs = append(inputs, in)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, in := range inputs {
			Scan(in)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*lines), "ns/line")
}
