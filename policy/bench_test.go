package policy

import (
	"syscall"
	"testing"
	"time"
)

// processor measures the processor time of a benchmark, garbage collection included: wall time says little on a busy
// machine.
func processor(b *testing.B) func() {
	used := func() time.Duration {
		var r syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
			b.Fatal(err)
		}
		return time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	start := used()
	return func() { b.ReportMetric(float64(used()-start)/float64(b.N), "cpu-ns/op") }
}

// benchCase gives an allowed case that reads many facts.
func benchCase(b *testing.B, profile, name string) Case {
	set := open(b, profile)
	for _, c := range allCases(b, set) {
		if c.Name == name {
			return c
		}
	}
	b.Fatalf("no case %q", name)
	return Case{}
}

// One evaluation of the busiest question of the strictest profile.
func BenchmarkEvaluate(b *testing.B) {
	for _, at := range [][2]string{{"open", "an engineer proposes"}, {"dod-il5", "an engineer proposes"}, {"dod-il5", "what was approved runs"}, {"dod-il5", "an escort claims"}} {
		b.Run(at[0]+"/"+at[1], func(b *testing.B) {
			c := benchCase(b, at[0], at[1])
			b.ReportAllocs()
			defer processor(b)()
			for b.Loop() {
				if !c.set.Evaluate(&c.Request).Allowed {
					b.Fatal("denied")
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "evaluations/s")
		})
	}
}

// What a change of policy, fact, list or role costs before it is acknowledged: engineer and escort of 1,000 live
// sessions are asked again.
func BenchmarkReevaluate1000Sessions(b *testing.B) {
	engineer, escort := benchCase(b, "dod-il5", "an engineer proposes"), benchCase(b, "dod-il5", "an escort claims")
	defer processor(b)()
	for b.Loop() {
		for range 1000 {
			if !engineer.set.Evaluate(&engineer.Request).Allowed || !escort.set.Evaluate(&escort.Request).Allowed {
				b.Fatal("denied")
			}
		}
	}
}

func BenchmarkExplain(b *testing.B) {
	c := benchCase(b, "dod-il5", "Group D under an approval")
	for b.Loop() {
		if c.set.Explain(&c.Request).Allowed {
			b.Fatal("allowed")
		}
	}
}

// Opening a set: parsing and checking all its policies, once.
func BenchmarkParse(b *testing.B) {
	archive := open(b, "dod-il5").Archive()
	for b.Loop() {
		if _, err := Parse(archive); err != nil {
			b.Fatal(err)
		}
	}
}

// Matching one ticket against 1,000 candidates.
func BenchmarkMatch1000(b *testing.B) {
	c := benchCase(b, "dod-il5", "an escort claims")
	c.Request.Session.Technologies = []string{"nginx"}
	candidates := make([]Subject, 1000)
	for i := range candidates {
		candidates[i] = c.Request.Principal
	}
	for b.Loop() {
		if len(c.set.Match(c.Request, candidates)) != 1000 {
			b.Fatal("lost one")
		}
	}
}
