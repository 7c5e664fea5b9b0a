package review

import (
	"fmt"
	"slices"
	"strings"

	"sallyport/codeaudit/change"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/signal"
)

// Style switches colour. Nothing is said by colour alone: added and removed lines begin with + and -, what fired stands in
// brackets.
type Style struct {
	Colour bool
	Blind  bool // leave out who made the commit, what is said of that identity, and what others decided
	Lines  int  // lines of a diff before it is cut; 0 is all. What is cut is said.
}

const (
	plain  = "\x1b[0m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[1;33m"
	grey   = "\x1b[90m"
	bold   = "\x1b[1m"
)

func (s Style) paint(colour, text string) string {
	if !s.Colour || text == "" {
		return text
	}
	return colour + text + plain
}

// Today gives the lines around a place as they stand now, or nil.
type Today func(it *rank.Item, p change.Place) []string

// Show renders an item for a terminal. Everything that comes from a repository has been made inert.
func (s Style) Show(it *rank.Item, state *State, total int, today Today) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  item %s\n", s.paint(bold, fmt.Sprintf("%d of %d   score %.1f   tier %d", it.Rank, total, it.Score, it.Tier)), it.ID)
	commit := it.Commit
	if s.Blind {
		commit = "(blind)"
	}
	fmt.Fprintf(&b, "%s  %.12s  %s\n", inert(it.Repo), commit, s.paint(bold, inert(it.Title)))
	if it.Kind != rank.Artifact && !s.Blind {
		fmt.Fprintf(&b, "by %s <%s> %s", inert(it.Author.Name), inert(it.Author.Email), it.Author.Time.UTC().Format("2006-01-02"))
		if len(it.By) > 0 {
			fmt.Fprintf(&b, "   of the set: %s", inert(strings.Join(it.By, ", ")))
		}
		b.WriteByte('\n')
	}
	if it.Path != "" {
		fmt.Fprintf(&b, "%s (%s, %s)", s.paint(bold, inert(it.Path)), it.Role, it.Kind)
		if it.Old != "" && it.Kind == rank.Artifact {
			fmt.Fprintf(&b, " in the artifact as %s", inert(it.Old))
		} else if it.Old != "" && it.Kind == rank.Repeated {
			fmt.Fprintf(&b, " of the set's %s", inert(it.Old))
		} else if it.Old != "" {
			fmt.Fprintf(&b, " was %s", inert(it.Old))
		}
		if it.Note != "" {
			fmt.Fprintf(&b, "  %s", inert(it.Note))
		}
		b.WriteByte('\n')
	}
	if it.Added > 0 && it.Kind != rank.Artifact {
		fmt.Fprintf(&b, "%d of %d added lines survive\n", it.Surviving, it.Added)
	}
	b.WriteByte('\n')
	for _, g := range it.Signals {
		s.signal(&b, &g)
	}
	for _, g := range it.Around {
		s.signal(&b, &g)
	}
	if len(it.Signals)+len(it.Around) == 0 {
		b.WriteString("no signal: read it all the same\n")
	}
	if !s.Blind {
		fmt.Fprintf(&b, "score: %s\n", it.Because)
	}
	b.WriteByte('\n')
	s.diff(&b, it)
	s.today(&b, it, today)
	if state != nil && len(state.Last) > 0 && !s.Blind {
		b.WriteByte('\n')
		for _, d := range state.Last {
			fmt.Fprintf(&b, "%s  %s  %s  %s\n", d.Time.Format("2006-01-02 15:04"), inert(d.Reviewer), s.paint(bold, string(d.Disposition)), inert(d.Note))
		}
	}
	if state != nil && state.Needs > 1 {
		fmt.Fprintf(&b, "two people decide about this one\n")
	}
	return b.String()
}

func (s Style) signal(b *strings.Builder, g *rank.Scored) {
	if s.Blind && strings.HasPrefix(g.ID, "who.") {
		return
	}
	where := ""
	if g.Line > 0 {
		where = fmt.Sprintf(" line %d", g.Line)
	}
	fmt.Fprintf(b, "%s%s  %.1f  %s", s.paint(yellow, "! "+g.ID), where, g.Points, g.Why())
	if g.Note != "" {
		fmt.Fprintf(b, " (%s)", inert(g.Note))
	}
	b.WriteByte('\n')
}

func (s Style) diff(b *strings.Builder, it *rank.Item) {
	shown := 0
	for i := range it.Hunks {
		h := &it.Hunks[i]
		fmt.Fprintf(b, "%s\n", s.paint(grey, fmt.Sprintf("@@ -%d,%d +%d,%d @@ %s", h.OldLine, len(h.Old), h.NewLine, len(h.New), inert(h.Section))))
		for side, lines := range [][][]byte{h.Old, h.New} {
			for j, text := range lines {
				if s.Lines > 0 && shown >= s.Lines {
					fmt.Fprintf(b, "%s\n", s.paint(yellow, fmt.Sprintf("... cut here: %d lines in all; press f to see them all", it.Added+it.Deleted)))
					return
				}
				shown++
				sign, colour, number := "-", red, h.OldLine+j
				if side == 1 {
					sign, colour, number = "+", green, h.NewLine+j
				}
				fmt.Fprintf(b, "%s %s%s\n", s.paint(grey, fmt.Sprintf("%6d", number)), s.paint(colour, sign), s.mark(it, text, number, side == 0, colour))
			}
		}
	}
}

// mark paints a line with what fired in brackets.
func (s Style) mark(it *rank.Item, text []byte, line int, removed bool, colour string) string {
	for _, g := range it.Signals {
		if g.Line != line || g.Removed != removed || len(g.Bytes) == 0 || g.Path != it.Path {
			continue
		}
		at := strings.Index(string(text), string(g.Bytes))
		if at < 0 || len(g.Bytes) == len(text) {
			continue
		}
		end := at + len(g.Bytes)
		return s.paint(colour, signal.Visible(text[:at])) + s.paint(yellow, "[["+signal.Visible(text[at:end])+"]]") + s.paint(colour, signal.Visible(text[end:]))
	}
	return s.paint(colour, signal.Visible(text))
}

// today says what became of the added lines, and shows them in their place.
func (s Style) today(b *strings.Builder, it *rank.Item, today Today) {
	places, killers := 0, map[string]int{}
	show := func(p change.Place) {
		if places++; places > 3 {
			return
		}
		refs := p.Refs
		more := ""
		if len(refs) > 3 {
			refs, more = refs[:3], fmt.Sprintf(" and %d more", len(p.Refs)-3)
		}
		fmt.Fprintf(b, "today: %s:%d in %s%s\n", inert(p.Path), p.Line, inert(strings.Join(refs, ", ")), more)
		if today == nil || places > 1 {
			return
		}
		for _, text := range today(it, p) {
			fmt.Fprintf(b, "%s %s\n", s.paint(grey, "      |"), inert(text))
		}
	}
	for _, p := range it.Places {
		show(p)
	}
	for i := range it.Hunks {
		for _, f := range it.Hunks[i].Fates {
			if len(f.Places) == 0 && f.Killer != "" {
				killers[f.Killer] += f.N
			}
			for _, p := range f.Places {
				show(p)
			}
		}
	}
	if places > 3 {
		fmt.Fprintf(b, "today: and in %d more places\n", places-3)
	}
	var names []string
	for k := range killers {
		names = append(names, k)
	}
	slices.SortFunc(names, func(a, c string) int { return killers[c] - killers[a] })
	for _, k := range names[:min(len(names), 3)] {
		fmt.Fprintf(b, "removed: %d lines by %.12s\n", killers[k], k)
	}
}

func inert(text string) string {
	return strings.ReplaceAll(signal.Visible([]byte(text)), "\n", "<U+000A>")
}
