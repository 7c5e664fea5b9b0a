package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"sallyport"
	"sallyport/assess"
	"sallyport/assess/front"
)

func init() { register(newCheckCommand) }

type checkFlags struct {
	format, lang           string
	jsonl, explain, rules  bool
	colour                 string
	paths, services, hosts []string
	pins                   []string
	purpose, cwd           string
}

func newCheckCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check [FILE...|-]",
		Short: "Say what a shell script would do, without running it",
		Long: `Say what a shell script would do, without running it: a verdict, one sentence, the effects by gravity with their
lines, what could not be determined and why, and what would make it safer to approve. Nothing is executed, nothing is
fetched, no file but the ones named is read.

With --jsonl, lines {"id","text","lang","name"} are read from standard input and one line is answered for each, in any order.`,
		Example: `  sallyport check fix_servers.sh
  echo 'systemctl restart nginx' | sallyport check -
  sallyport check --explain --service nginx --path /etc/nginx fix_servers.sh
  sallyport check --format json fix_servers.sh
  echo ./fix_servers.sh | sallyport check --pin ./fix_servers.sh=fix_servers.sh -

EXIT STATUS
  0  low       everything was understood and nothing consequential was found
  1  medium    consequential but ordinary, or not everything was understood
  2  high      do not approve without understanding the findings
  3  critical  approving this as it stands would be an incident
  64 the command line was not understood, or a file could not be read`,
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.format, "format", "text", "text or json")
	fl.StringVar(&f.lang, "lang", "", "bash or sh; by default what the first line says, else bash")
	fl.BoolVar(&f.jsonl, "jsonl", false, "read requests as JSON lines from standard input, answer as JSON lines")
	fl.BoolVar(&f.explain, "explain", false, "walk through the script line by line in plain words")
	fl.BoolVar(&f.rules, "rules", false, "list every rule with its reason")
	fl.StringVar(&f.colour, "color", "auto", "auto, always or never")
	fl.StringArrayVar(&f.paths, "path", nil, "a path that the ticket names; may be repeated")
	fl.StringArrayVar(&f.services, "service", nil, "a service that the ticket names; may be repeated")
	fl.StringArrayVar(&f.hosts, "host", nil, "a host that the ticket names; may be repeated")
	fl.StringVar(&f.purpose, "purpose", "", "the ticket's purpose")
	fl.StringArrayVar(&f.pins, "pin", nil, "WORD=FILE: a file that the script runs or sources, as it names it, and where to read it; may be repeated")
	fl.StringVar(&f.cwd, "cwd", "", "the working directory in which it would run")
	return cmd
}

func usage(format string, args ...any) error {
	return &exitError{Code: exitUsage, Err: sallyport.Errorf(sallyport.Invalid, format, args...)}
}

func (f *checkFlags) run(cmd *cobra.Command, args []string) error {
	out := cmd.OutOrStdout()
	switch {
	case f.rules:
		return printRules(out)
	case f.jsonl:
		if len(args) > 0 {
			return usage("--jsonl reads standard input and takes no file, not %q", args[0])
		}
		return checkLines(cmd.Context(), cmd.InOrStdin(), out)
	case f.format != "text" && f.format != "json":
		return usage("unknown format %q: text or json", f.format)
	}
	if len(args) == 0 {
		args = []string{"-"}
	}
	files, err := f.pinned()
	if err != nil {
		return err
	}
	worst := sallyport.Low
	for i, name := range args {
		text, err := readText(cmd.InOrStdin(), name)
		if err != nil {
			return &exitError{Code: exitUsage, Err: err}
		}
		req := assess.Request{Text: text, Lang: f.lang, Name: name, Cwd: f.cwd, Files: files,
			Scope: assess.Scope{Purpose: f.purpose, Paths: f.paths, Services: f.services, Hosts: f.hosts}}
		a := assess.Assess(contextOf(cmd), req)
		worst = worst.Max(a.Verdict)
		unusedPins(cmd.ErrOrStderr(), name, files, &a)
		if f.format == "json" {
			enc := json.NewEncoder(out)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(a); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(out)
		}
		p := &checkPage{w: bufio.NewWriter(out), colour: f.paint(out), name: name, lines: strings.Split(string(text), "\n")}
		p.print(&a, f.explain)
		if err := p.w.Flush(); err != nil {
			return err
		}
	}
	if worst == sallyport.Low {
		return nil
	}
	return &exitError{Code: worst.Rank()}
}

func contextOf(cmd *cobra.Command) context.Context {
	if ctx := cmd.Context(); ctx != nil {
		return ctx
	}
	return context.Background()
}

// paint decides about colour: only on a terminal, unless asked for, and never against NO_COLOR.
func (f *checkFlags) paint(out io.Writer) bool {
	switch f.colour {
	case "always":
		return true
	case "never":
		return false
	}
	file, ok := out.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && term.IsTerminal(int(file.Fd()))
}

func readText(stdin io.Reader, name string) ([]byte, error) {
	r := stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, sallyport.Errorf(sallyport.NotFound, "cannot read %q: %w", name, err).WithHint("name a file, or - for standard input")
		}
		defer file.Close()
		r = file
	}
	text, err := io.ReadAll(io.LimitReader(r, front.MaxText+1))
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "cannot read %q: %w", name, err)
	}
	return text, nil
}

func printRules(out io.Writer) error {
	w := bufio.NewWriter(out)
	for _, r := range assess.Rules() {
		fmt.Fprintf(w, "%-20s %-8s %-11s %s\n", r.Name, r.Level, r.Technique, r.Reason)
	}
	return w.Flush()
}

type checkLine struct {
	ID   json.RawMessage `json:"id"`
	Text string          `json:"text"`
	Lang string          `json:"lang"`
	Name string          `json:"name"`
}

type checkAnswer struct {
	ID json.RawMessage `json:"id"`
	sallyport.Assessment
}

type checkFault struct {
	ID    json.RawMessage `json:"id"`
	Error string          `json:"error"`
}

// maxLine is the longest line that is read: a text of the largest size, escaped.
const maxLine = 8 << 20

// checkLines answers requests as they come, several at once. A line that cannot be read is answered by an error and does not stop the rest.
func checkLines(ctx context.Context, in io.Reader, out io.Writer) error {
	if ctx == nil {
		ctx = context.Background()
	}
	lines := make(chan []byte, 64)
	var mu sync.Mutex // guards w and failed
	w := bufio.NewWriterSize(out, 1<<16)
	var failed error
	answer := func(v any) {
		body, err := json.Marshal(v)
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			_, err = w.Write(append(body, '\n'))
		}
		if err != nil && failed == nil {
			failed = err
		}
	}
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for l := range lines {
				answer(checkOne(ctx, l))
			}
		})
	}
	r := bufio.NewReaderSize(in, 1<<16)
	var err error
	for err == nil {
		var l []byte
		l, err = readLine(r)
		if errors.Is(err, errLongLine) {
			answer(checkFault{ID: json.RawMessage("null"), Error: err.Error()})
			err = nil
			continue
		}
		if len(l) > 0 {
			lines <- l
		}
	}
	close(lines)
	wg.Wait()
	if !errors.Is(err, io.EOF) {
		return sallyport.Errorf(sallyport.Invalid, "cannot read standard input: %w", err)
	}
	if failed == nil {
		failed = w.Flush()
	}
	return failed
}

func checkOne(ctx context.Context, l []byte) any {
	var req checkLine
	if err := json.Unmarshal(l, &req); err != nil {
		var id struct {
			ID json.RawMessage `json:"id"`
		}
		_ = json.Unmarshal(l, &id)
		if id.ID == nil {
			id.ID = json.RawMessage("null")
		}
		return checkFault{ID: id.ID, Error: "not a request: " + err.Error()}
	}
	if req.ID == nil {
		req.ID = json.RawMessage("null")
	}
	return checkAnswer{ID: req.ID, Assessment: assess.Assess(ctx, assess.Request{Text: []byte(req.Text), Lang: req.Lang, Name: req.Name})}
}

var errLongLine = errors.New("the line is longer than 8 MiB")

// readLine returns the next line without its end. A line that is too long is skipped to its end.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := r.ReadSlice('\n')
		if !long {
			line = append(line, part...)
			if len(line) > maxLine {
				long, line = true, nil
			}
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if long && err == nil {
			return nil, errLongLine
		}
		return []byte(strings.TrimRight(string(line), "\r\n")), err
	}
}
