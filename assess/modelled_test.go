package assess_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"

	"sallyport/assess/command"
)

// BenchmarkModelled reports which share of the commands that clean texts call has a spec, by invocation: every simple command that is written
// with a constant name, wherever it stands, but for functions that the text defines. A name without a spec in a text that sources another file may
// be a function of that file; %modelled leaves these out, %with-sourced counts
// them as missing. -v lists the most frequent names of both kinds.
// It reads benign.jsonl beside the repository, or in the folder that $CORPORA names, and measures nothing when there is none.
func BenchmarkModelled(b *testing.B) {
	folder := os.Getenv("CORPORA")
	if folder == "" {
		folder = "../../shared/corpora"
		if _, err := os.Stat(folder); err != nil {
			folder = "../../../shared/corpora"
		}
	}
	f, err := os.Open(filepath.Join(folder, "benign.jsonl"))
	if err != nil {
		b.Skip("no corpora")
	}
	defer f.Close()
	type count struct{ known, sourced, total int }
	counts := map[bool]*count{true: {}, false: {}} // of scripts, of single commands
	missing, maybe := map[bool]map[string]int{true: {}, false: {}}, map[string]int{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var item struct{ Text, Lang, Platform, Kind string }
		if err := json.Unmarshal(lines.Bytes(), &item); err != nil {
			b.Fatal(err)
		}
		if item.Platform != "linux" || item.Lang != "bash" && item.Lang != "sh" {
			continue
		}
		script := item.Kind == "script"
		c := counts[script]
		calls, functions, sources := called(item.Text)
		for _, name := range calls {
			switch {
			case functions[name]:
				continue
			case command.Known(name):
				c.known++
			case sources:
				c.sourced++
				maybe[name]++
			default:
				missing[script][name]++
			}
			c.total++
		}
	}
	for b.Loop() {
		command.Known("ls")
	}
	for script, label := range map[bool]string{true: "-in-scripts", false: "-in-commands"} {
		c := counts[script]
		b.ReportMetric(100*float64(c.known)/float64(c.total-c.sourced), "%modelled"+label)
		b.ReportMetric(100*float64(c.known)/float64(c.total), "%with-sourced"+label)
		b.ReportMetric(float64(c.total), "invocations"+label)
		b.Log(label, frequent(missing[script]))
	}
	b.Log("perhaps functions of sourced files: ", frequent(maybe))
}

// called lists the constant names of the commands in a text, the functions that it defines, and whether it runs the text of another file in its shell.
// Words with a slash are programs by path, and no names.
func called(text string) (calls []string, functions map[string]bool, sources bool) {
	functions = map[string]bool{}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return nil, functions, false
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl:
			functions[n.Name.Value] = true
		case *syntax.CallExpr:
			if len(n.Args) == 0 {
				break
			}
			name := n.Args[0].Lit()
			sources = sources || name == "." || name == "source" || name == "eval"
			if name != "" && (!strings.Contains(name, "/") || command.Known(name)) {
				calls = append(calls, name)
			}
		}
		return true
	})
	return calls, functions, sources
}

func frequent(names map[string]int) string {
	list := make([]string, 0, len(names))
	for n := range names {
		list = append(list, n)
	}
	slices.SortFunc(list, func(x, y string) int {
		if d := names[y] - names[x]; d != 0 {
			return d
		}
		return strings.Compare(x, y)
	})
	var out []string
	for _, n := range list[:min(len(list), 400)] {
		out = append(out, fmt.Sprintf("%s:%d", n, names[n]))
	}
	return strings.Join(out, " ")
}
