package review

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"sallyport"
	"sallyport/codeaudit/rank"
)

// Session is one person going through the list. It belongs to one goroutine.
type Session struct {
	Items    []rank.Item // with canaries in them
	Record   *Record
	Reviewer string
	Members  []string // labels of the set under which the reviewer is known
	Two      float64  // score from which two people decide
	Style    Style
	Today    Today
	Keys     *bufio.Reader // one byte is one key; a note is a line
	Out      io.Writer
	Now      func() time.Time
	// Clear goes before each item: a sequence that clears the terminal, or a rule.
	Clear string
	// Line reads a note. Nil reads a line from Keys.
	Line func(prompt string) (string, error)
}

var keys = map[byte]Disposition{'b': Benign, 'n': NeedsFix, 's': Suspicious, 'a': AlreadyRemoved, 'l': NoLongerMatters, 'c': CannotTell}

const help = "b benign  n needs fix  s suspicious  a already removed  l no longer matters  c cannot tell   j next  k back  f full text  q quit"

// Run shows what is left to decide for this reviewer, first first, until the end or q. It returns how many decisions were made.
func (s *Session) Run() (made int, err error) {
	queue := s.queue()
	if len(queue) == 0 {
		fmt.Fprintln(s.Out, "nothing left for you: every item is decided, yours to leave to others, or already has your word")
		return 0, nil
	}
	full := false
	for i := 0; i < len(queue); {
		it := queue[i]
		states := States([]rank.Item{*it}, s.Record.Decisions(), s.Two)
		style := s.Style
		if full {
			style.Lines = 0
		}
		fmt.Fprint(s.Out, s.Clear, style.Show(it, states[it.ID], len(s.Items), s.Today), "\n", help, "\n> ")
		opened := s.Now()
		key, err := s.Keys.ReadByte()
		if errors.Is(err, io.EOF) {
			return made, nil
		}
		if err != nil {
			return made, err
		}
		if key == 'f' {
			full = true
			continue
		}
		full = false
		switch key {
		case 'q', 3, 4: // q, interrupt, end of transmission
			fmt.Fprintln(s.Out)
			return made, nil
		case 'j', ' ', '\t':
			i++
			continue
		case 'k':
			i = max(0, i-1)
			continue
		}
		disposition, ok := keys[key]
		if !ok {
			continue
		}
		note := ""
		if disposition.NeedsNote() {
			if note, err = s.note(disposition); err != nil {
				return made, err
			}
			if note == "" {
				fmt.Fprintln(s.Out, "not decided: it needs a reason")
				continue
			}
		}
		d := Decision{Disposition: disposition, Reviewer: s.Reviewer, Note: note, Via: s.via(), Seconds: int(s.Now().Sub(opened).Seconds())}
		if err := s.Record.Decide(it, d, s.Members); err != nil {
			if sallyport.CodeOf(err) == sallyport.Internal {
				return made, err
			}
			fmt.Fprintf(s.Out, "not decided: %v\n", err)
			continue
		}
		made++
		i++
	}
	fmt.Fprintln(s.Out, "\nthat was the last one for you")
	return made, nil
}

func (s *Session) via() string {
	if s.Style.Blind {
		return "terminal, blind"
	}
	return "terminal"
}

func (s *Session) note(d Disposition) (string, error) {
	prompt := fmt.Sprintf("\n%s, because: ", d)
	if s.Line != nil {
		return s.Line(prompt)
	}
	fmt.Fprint(s.Out, prompt)
	line, err := s.Keys.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.TrimSpace(line), nil
}

// queue is what this reviewer may decide and has not: not done, not their own, without their word.
func (s *Session) queue() []*rank.Item {
	states := States(s.Items, s.Record.Decisions(), s.Two)
	var queue []*rank.Item
	for i := range s.Items {
		it := &s.Items[i]
		st := states[it.ID]
		if st.Standing == Done || May(it, s.Reviewer, s.Members) != nil {
			continue
		}
		mine := false
		for _, d := range st.Last {
			mine = mine || Address(d.Reviewer) == Address(s.Reviewer)
		}
		if !mine {
			queue = append(queue, it)
		}
	}
	return queue
}
