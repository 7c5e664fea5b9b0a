package sallyport

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What a rendering tells the target, and what the gateway and the supervisor say to each other (docs/spec/execution.md).
const (
	// MarkerVar is set in the environment of everything that an action starts, to the action's marker.
	MarkerVar = "SALLYPORT_ACTION"
	// RenderPath is the PATH of every action.
	RenderPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	// StopGrace is the time between TERM and KILL when an action is stopped.
	StopGrace = 5 * time.Second
	// LateStop is how long after the action's timeout the target ends it by itself, should the gateway not have done so.
	LateStop = 15 * time.Second
	// maxRendering keeps the rendering below 131,072 bytes, where a certificate fails (OpenSSH) and where Linux refuses
	// one argument (MAX_ARG_STRLEN).
	maxRendering = 112 << 10
)

// Render gives the command that sshd is made to run for an approved action (force-command), and the bytes that must
// arrive on its standard input before anything runs. It is a pure function: the same action renders to the same bytes
// for the gateway, for an auditor, and next year.
//
// The login's shell, which must be /bin/sh, replaces itself with a supervisor in a clean environment. The supervisor
// starts the interpreter in a session of its own with spec's variables, MarkerVar and nothing else, waits, ends what is left
// of the session, and says on stderr what it found, in lines that carry a nonce which came on standard input. Text up to MaxInline is in the rendering; above, the rendering has its length and digest.
// Pins and spec.Stdin always come on standard input. Where pins replace words of the text, the private copy's path stands for the word; where
// a command stood, the interpreter of the copy's "#!" line comes before it, so that a /tmp mounted noexec does not matter.
//
// marker is the action's id. It refuses what it cannot render faithfully, above all NUL bytes in the text and variables
// that change what the interpreter does before it reads the text.
func Render(spec Spec, pins []Pin, marker string) (rendering string, stdin []byte, err error) {
	if err := checkRenderable(spec, pins, marker); err != nil {
		return "", nil, err
	}
	dir := "/tmp/sallyport-" + marker
	text, files, err := replacePins(spec, pins, dir)
	if err != nil {
		return "", nil, err
	}
	if spec.Stdin != nil {
		files = append(files, shipped{"stdin", spec.Stdin})
	}
	if len(text) <= MaxInline {
		run := append(interpreter(spec.Interpreter), "-c", "--", string(text))
		if rendering, stdin = render(spec, dir, files, run, marker); len(rendering) <= maxRendering {
			return rendering, stdin, nil
		}
	}
	files = append(files, shipped{"text", text})
	run := append(interpreter(spec.Interpreter), dir+"/text")
	if rendering, stdin = render(spec, dir, files, run, marker); len(rendering) > maxRendering {
		return "", nil, Errorf(Limited, "action renders to %d bytes, more than %d", len(rendering), maxRendering).
			WithHint("set fewer or shorter variables")
	}
	return rendering, stdin, nil
}

// shipped is a file of the private directory that arrives on standard input.
type shipped struct {
	name    string
	content []byte
}

// render writes the one line that sshd hands to the login shell. No other shell may go on: a bash started by sshd reads
// ~/.bashrc, where a function can turn an approved df into something else.
func render(spec Spec, dir string, files []shipped, run []string, marker string) (string, []byte) {
	var stdin []byte
	for _, f := range files {
		stdin = append(stdin, f.content...)
	}
	timeout := spec.Limits.Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	seconds := func(d time.Duration) string { return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10) }
	args := []string{marker, seconds(timeout + LateStop), seconds(StopGrace), spec.Dir, dir, strconv.Itoa(len(files))}
	if len(files) > 0 {
		sum := sha256.Sum256(stdin)
		args = append(args, strconv.Itoa(len(stdin)), hex.EncodeToString(sum[:]))
	}
	for _, f := range files {
		args = append(args, f.name, strconv.Itoa(len(f.content)))
	}
	args = append(args, "PATH="+RenderPath, "USER="+spec.Login, "LOGNAME="+spec.Login, MarkerVar+"="+marker)
	for _, v := range spec.Env {
		args = append(args, v.Name+"="+v.Value)
	}
	args = append(args, run...)

	var b strings.Builder
	b.WriteString(`case ${0##*/} in sh|-sh) ;; *) echo "sallyport: login shell is not /bin/sh: ${0##*/}" >&2; exit 126;; esac; `)
	b.WriteString(`exec /usr/bin/env -i PATH=` + RenderPath + ` HOME="$HOME" LC_ALL=C /bin/sh -c `)
	b.WriteString(ShellQuote(supervisor) + " sallyport")
	for _, a := range args {
		b.WriteString(" " + ShellQuote(a))
	}
	return b.String(), stdin
}

// interpreter gives the words that start an interpreter without any start-up file.
func interpreter(file string) []string {
	if path.Base(file) == "bash" {
		return []string{file, "--noprofile", "--norc"}
	}
	return []string{file}
}

// replacePins puts the path of its private copy in the place of each pinned word. It returns the text that will run and the copies.
func replacePins(spec Spec, pins []Pin, dir string) ([]byte, []shipped, error) {
	order := slices.Clone(pins)
	slices.SortStableFunc(order, func(a, b Pin) int { return a.Offset - b.Offset })
	var text bytes.Buffer
	var files []shipped
	at := 0
	for i, p := range order {
		if p.Offset < at || p.Length <= 0 || p.Length > len(spec.Text)-p.Offset {
			return nil, nil, Errorf(Invalid, "pin %q at byte %d, length %d, overlaps another or lies outside the text of %d bytes", p.Word, p.Offset, p.Length, len(spec.Text))
		}
		base := path.Base(p.Path)
		if !path.IsAbs(p.Path) || base == "/" || base == "." || base == ".." || len(base) > 255 || strings.ContainsRune(p.Path, 0) {
			return nil, nil, Errorf(Invalid, "pin %q has path %q, want the absolute path of a file", p.Word, p.Path)
		}
		name := strconv.Itoa(i) + "/" + base
		files = append(files, shipped{name, p.Content})
		text.Write(spec.Text[at:p.Offset])
		if p.Command {
			for _, w := range shebang(p.Content, spec.Interpreter) {
				text.WriteString(ShellQuote(w) + " ")
			}
		}
		text.WriteString(ShellQuote(dir + "/" + name))
		at = p.Offset + p.Length
	}
	text.Write(spec.Text[at:])
	return text.Bytes(), files, nil
}

// shebang gives the words that run content as execve(2) would: the interpreter of its first line and at most one argument, which is the
// rest of that line; the action's own interpreter where there is no such line, as a shell does; nothing for a program in machine code, which must be executed itself.
func shebang(content []byte, fallback string) []string {
	line, _, _ := bytes.Cut(content, []byte("\n"))
	rest, ok := bytes.CutPrefix(line, []byte("#!"))
	words := strings.Trim(string(rest), " \t")
	switch {
	case ok && words != "" && !strings.ContainsRune(words, 0):
		file, arg, _ := strings.Cut(strings.ReplaceAll(words, "\t", " "), " ")
		if arg = strings.Trim(arg, " \t"); arg != "" {
			return []string{file, arg}
		}
		return []string{file}
	case bytes.IndexByte(line, 0) >= 0:
		return nil
	}
	return interpreter(fallback)
}

// ShellQuote makes one word of s for a POSIX shell: nothing in it means anything any more. s must not hold a NUL byte.
func ShellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
