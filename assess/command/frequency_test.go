package command

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// BenchmarkModelled reports the share of invocations in a table of command frequencies that have a spec: of all names, and without
// functions that the texts beside the table define themselves. It reads ../../../shared/corpora/command_frequency.tsv or the file in
// $COMMAND_FREQUENCY and measures nothing when there is none; -v lists the most frequent names without a spec.
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
	// Functions that the texts themselves define are no commands: a name that is followed by () in one of them.
	defined := map[string]bool{}
	texts, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*.jsonl"))
	for _, t := range texts {
		body, err := os.ReadFile(t)
		if err != nil {
			b.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`([A-Za-z_][\w:.-]*) ?\(\)`).FindAllSubmatch(body, -1) {
			defined[string(m[1])] = true
		}
	}
	var total, known, commands float64
	var missing []string
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		w := strings.Split(sc.Text(), "\t")
		n, err := strconv.ParseFloat(w[min(1, len(w)-1)], 64)
		if err != nil {
			continue
		}
		total += n
		if !defined[w[0]] || Known(w[0]) {
			commands += n
		}
		if Known(w[0]) {
			known += n
		} else if len(missing) < 200 {
			missing = append(missing, w[0]+":"+w[1])
		}
	}
	for b.Loop() {
		Known("ls")
	}
	b.ReportMetric(100*known/total, "%of-all-names")
	b.ReportMetric(100*known/commands, "%modelled")
	b.ReportMetric(float64(len(table())), "names")
	b.Log(strings.Join(missing, " "))
}
