package command

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"
)

// BenchmarkModelled reports the share of invocations in a table of command frequencies that have a spec. It reads
// ../../../shared/corpora/command_frequency.tsv or the file in $COMMAND_FREQUENCY, and measures nothing when there is none. Names that only
// functions can have (they are defined by the texts they were counted in) are not commands, so the share is of names that some spec
// or some system has: it counts every line, and reports the most frequent ones without a spec under -v.
func BenchmarkModelled(b *testing.B) {
	path := os.Getenv("COMMAND_FREQUENCY")
	if path == "" {
		for _, p := range []string{"../../../shared/corpora/command_frequency.tsv", "../../../../shared/corpora/command_frequency.tsv"} {
			if _, err := os.Stat(p); err == nil {
				path = p
			}
		}
	}
	f, err := os.Open(path)
	if err != nil {
		b.Skip("no table of frequencies")
	}
	defer f.Close()
	var total, known float64
	var missing []string
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		w := strings.Split(sc.Text(), "\t")
		n, err := strconv.ParseFloat(w[min(1, len(w)-1)], 64)
		if err != nil {
			continue
		}
		total += n
		if Known(w[0]) {
			known += n
		} else if len(missing) < 200 {
			missing = append(missing, w[0]+":"+w[1])
		}
	}
	for b.Loop() {
		Known("ls")
	}
	b.ReportMetric(100*known/total, "%modelled")
	b.ReportMetric(float64(len(table())), "names")
	b.Log(strings.Join(missing, " "))
}
