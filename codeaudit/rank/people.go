package rank

import (
	"path"
	"strings"

	"sallyport/codeaudit/change"
	"sallyport/codeaudit/signal"
)

// people remembers what each identity did so far: the background against which a commit is unusual for whoever is named in
// it. Identities are compared by address; nothing about a person is derived. One goroutine.
type people struct {
	known   map[string]*identity       // by folded address
	names   map[string]map[string]bool // addresses by folded name
	pushLog bool                       // some commit has a pusher
	seen    int
}

type identity struct {
	commits    int
	areas      map[string]int
	committers map[string]int
	signed     int
	keys       map[string]int
}

func newPeople() *people {
	return &people{known: map[string]*identity{}, names: map[string]map[string]bool{}}
}

func fold(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// establishedCommits is from when on an identity has habits that a commit can differ from.
const establishedCommits = 8

// touch learns a commit and says what of it was unusual for its author until then.
func (p *people) touch(c *change.Commit, paths []string) []signal.Signal {
	mail := fold(c.Author.Email)
	who := p.known[mail]
	if who == nil {
		who = &identity{areas: map[string]int{}, committers: map[string]int{}, keys: map[string]int{}}
		p.known[mail] = who
	}
	var out []signal.Signal
	note := func(id, text string, strength float64, why string) {
		out = append(out, signal.Signal{ID: id, Bytes: []byte(text), Text: signal.Visible([]byte(text)), Strength: strength, Note: why})
	}
	p.seen++
	young := p.seen <= 50 // at the beginning everybody is new
	if who.commits < 5 && !young {
		note("who.newcomer", c.Author.Email, 1-float64(who.commits)/6, "")
		name := strings.ToLower(strings.TrimSpace(c.Author.Name))
		for other := range p.names[name] {
			if o := p.known[other]; other != mail && strings.Contains(name, " ") && o.commits >= establishedCommits && who.commits == 0 {
				note("who.new-address", c.Author.Name+" <"+c.Author.Email+">", 1, "this name committed before under another address")
				break
			}
		}
	}
	committer := fold(c.Committer.Email)
	if who.commits >= establishedCommits && who.committers[committer] == 0 && committer != mail {
		note("who.committed-by-other", c.Committer.Name+" <"+c.Committer.Email+">", 1, "never committed for this author before")
	}
	if who.commits >= establishedCommits {
		switch {
		case c.Signature.State == change.Unsigned && who.signed*10 >= who.commits*9:
			note("who.unsigned", c.Author.Email, 1, "")
		case c.Signature.Key != "" && who.signed >= establishedCommits && who.keys[c.Signature.Key] == 0:
			note("who.other-key", c.Signature.Key, 1, "")
		}
	}
	if c.Pusher != "" {
		p.pushLog = true
	}
	fresh := map[string]bool{}
	for _, changed := range paths {
		a := area(changed)
		if who.areas[a] == 0 && who.commits >= establishedCommits && !fresh[a] {
			fresh[a] = true
			if about := signal.AboutPath(changed); about.Role != signal.Doc && about.Role != signal.Translation {
				s := signal.Signal{ID: "who.new-area", Path: changed, Bytes: []byte(a), Text: signal.Visible([]byte(a)), Strength: 0.5}
				if about.Role == signal.Build || about.Role == signal.CI {
					s.Strength = 1
				}
				if len(fresh) <= 3 {
					out = append(out, s)
				}
			}
		}
	}
	for _, changed := range paths {
		who.areas[area(changed)]++
	}
	who.commits++
	who.committers[committer]++
	if c.Signature.Key != "" {
		who.signed++
		who.keys[c.Signature.Key]++
	}
	name := strings.ToLower(strings.TrimSpace(c.Author.Name))
	if p.names[name] == nil {
		p.names[name] = map[string]bool{}
	}
	p.names[name][mail] = true
	return out
}

// area is a part of a tree that people know or do not: its first two folders and what the file is for.
func area(p string) string {
	parts := strings.SplitN(path.Dir(p), "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/") + " " + signal.AboutPath(p).Role.String()
}
