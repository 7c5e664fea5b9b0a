package scope

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"sallyport"
)

// Mapping says that two addresses are one person's. It widens the scope and never narrows it: a mapping that a hostile
// repository carries can bring commits in, and cannot take any out.
type Mapping struct {
	From     string `json:"from"`           // address in commits, folded
	Name     string `json:"name,omitempty"` // if set, only commits with this name; as written
	To       string `json:"to"`             // address it stands for, folded
	Source   string `json:"source"`         // where it is from: "curl/.mailmap:12", "aliases:3"
	Approved string `json:"approved,omitempty"`
	Commits  int    `json:"commits"` // how many commits it brought into scope that no listed identity did
}

// ParseMailmap reads a .mailmap (gitmailmap(5)); lines that are none are skipped, as git does.
func ParseMailmap(source string, text []byte) []Mapping {
	var list []Mapping
	for n, line := range strings.Split(string(text), "\n") {
		line, _, _ = strings.Cut(line, "#")
		_, to, rest, ok := nameAndMail(line)
		if !ok {
			continue
		}
		name, from, _, ok := nameAndMail(rest)
		if !ok || FoldEmail(from) == FoldEmail(to) && name == "" {
			continue // only a name is corrected
		}
		list = append(list, Mapping{From: FoldEmail(from), Name: name, To: FoldEmail(to), Source: fmt.Sprintf("%s:%d", source, n+1)})
	}
	return list
}

func nameAndMail(s string) (name, mail, rest string, ok bool) {
	left := strings.IndexByte(s, '<')
	if left < 0 {
		return "", "", "", false
	}
	right := strings.IndexByte(s[left:], '>')
	if right < 0 {
		return "", "", "", false
	}
	return strings.TrimSpace(s[:left]), s[left+1 : left+right], s[left+right+1:], true
}

// ParseAliases reads the mappings that people approved: a CSV with the columns from, to, approved and reason.
func ParseAliases(text []byte) ([]Mapping, error) {
	r := csv.NewReader(strings.NewReader(string(text)))
	r.Comment = '#'
	r.FieldsPerRecord = -1
	r.TrimLeadingSpace = true
	var list []Mapping
	for n := 0; ; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, sallyport.Errorf(sallyport.Invalid, "the aliases are not a CSV file: %v", err)
		}
		if n == 0 && len(row) > 0 && strings.EqualFold(row[0], "from") {
			continue
		}
		line, _ := r.FieldPos(0)
		if len(row) < 3 || !strings.Contains(row[0], "@") || !strings.Contains(row[1], "@") || strings.TrimSpace(row[2]) == "" {
			return nil, sallyport.Errorf(sallyport.Invalid, "line %d of the aliases is not \"from,to,approved\"", line).
				WithHint("two addresses and who approved that they are one person's")
		}
		list = append(list, Mapping{From: FoldEmail(row[0]), To: FoldEmail(row[1]), Approved: strings.TrimSpace(row[2]), Source: fmt.Sprintf("aliases:%d", line)})
	}
}

// resolver answers which listed address another one stands for.
type resolver struct {
	mappings []Mapping
	byFrom   map[string][]int
	byTo     map[string][]int
	listed   map[string]bool // addresses of the set
}

func newResolver(set *Set, mappings []Mapping) *resolver {
	r := &resolver{byFrom: map[string][]int{}, byTo: map[string][]int{}, listed: map[string]bool{}}
	r.mappings = append(r.mappings, mappings...)
	sort.SliceStable(r.mappings, func(i, j int) bool { return r.mappings[i].Approved != "" && r.mappings[j].Approved == "" })
	for i, m := range r.mappings {
		r.byFrom[m.From] = append(r.byFrom[m.From], i)
		r.byTo[m.To] = append(r.byTo[m.To], i)
	}
	for _, m := range set.Members {
		for _, id := range m.Identities {
			if id.Kind == "email" {
				r.listed[id.Value] = true
			}
		}
	}
	return r
}

// maxSteps bounds a chain of mappings: old address, older address, first address.
const maxSteps = 8

// find follows mappings in both directions from an address until it meets a listed one. It returns that address and the
// mappings that led there, or "".
func (r *resolver) find(name, mail string) (string, []int) {
	type place struct {
		mail string
		via  []int
	}
	if len(r.byFrom[mail]) == 0 && len(r.byTo[mail]) == 0 {
		return "", nil
	}
	seen := map[string]bool{mail: true}
	queue := []place{{mail, nil}}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		if len(p.via) > 0 && r.listed[p.mail] {
			return p.mail, p.via
		}
		if len(p.via) == maxSteps {
			continue
		}
		step := func(i int, next string) {
			m := r.mappings[i]
			if m.Name != "" && p.mail == mail && m.From == mail && !strings.EqualFold(m.Name, name) {
				return
			}
			if !seen[next] {
				seen[next] = true
				queue = append(queue, place{next, append(append([]int(nil), p.via...), i)})
			}
		}
		for _, i := range r.byFrom[p.mail] {
			step(i, r.mappings[i].To)
		}
		for _, i := range r.byTo[p.mail] {
			step(i, r.mappings[i].From)
		}
	}
	return "", nil
}
