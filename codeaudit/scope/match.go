package scope

import (
	"sort"
	"strings"
	"time"

	"sallyport/codeaudit/change"
)

// Matcher finds the members of a set in commits. It counts as it goes and belongs to one goroutine.
type Matcher struct {
	set      *Set
	byValue  map[Identity]int // identity -> member
	sessions []Identity
	resolver *resolver
	within   bool

	seen  map[Identity]int            // how many commits each listed identity was found in
	names map[string]map[string]int   // lower-case name -> address -> commits, of addresses in no way listed
	known map[string]map[int]bool     // lower-case name -> members whose commits bear it
	cache map[string]map[string]found // name -> address -> outcome
}

// found is the outcome of looking an address up.
type found struct {
	member int // -1: nobody
	via    Identity
	detail string
	chain  []int // mappings used
}

// Options of a Matcher.
type Options struct {
	Mappings []Mapping
	// WithinDates leaves out commits of a member that both of the commit's clocks place outside every period of the member's
	// facts. Clocks of commits are claims; so this is off unless somebody asks for it.
	WithinDates bool
}

// NewMatcher prepares a set for matching.
func NewMatcher(set *Set, o Options) *Matcher {
	m := &Matcher{set: set, byValue: map[Identity]int{}, resolver: newResolver(set, o.Mappings), within: o.WithinDates,
		seen: map[Identity]int{}, names: map[string]map[string]int{}, known: map[string]map[int]bool{}, cache: map[string]map[string]found{}}
	for i, member := range set.Members {
		for _, id := range member.Identities {
			if _, taken := m.byValue[id]; !taken {
				m.byValue[id] = i
			}
			if id.Kind == "session" {
				m.sessions = append(m.sessions, id)
			}
		}
	}
	return m
}

// Match sets Roles and InScope of a commit. outside is true if only dates keep it out.
func (m *Matcher) Match(c *change.Commit) (outside bool) {
	var roles []change.Role
	var chains [][]int
	add := func(kind string, f found, detail string) {
		if f.member < 0 {
			return
		}
		if f.detail != "" {
			detail = strings.TrimPrefix(detail+"; "+f.detail, "; ")
		}
		roles = append(roles, change.Role{Kind: kind, Member: m.set.Members[f.member].Label, Via: f.via.String(), Detail: detail})
		chains = append(chains, f.chain)
	}
	add("author", m.person(c.Author.Name, c.Author.Email), "")
	add("committer", m.person(c.Committer.Name, c.Committer.Email), "")
	for _, t := range c.Trailers {
		kind, detail := "trailer", t.Key
		if strings.EqualFold(t.Key, "Co-authored-by") || strings.EqualFold(t.Key, "Co-developed-by") {
			kind = "co-author"
		}
		f := found{member: -1}
		if t.Email != "" {
			f = m.person(t.Name, t.Email)
		}
		if f.member < 0 && strings.HasPrefix(t.Value, "@") {
			f = m.lookup(Identity{"account", strings.ToLower(t.Name)})
		}
		add(kind, f, detail)
	}
	if c.Signature.Key != "" {
		add("signer", m.key(c.Signature.Key), string(c.Signature.State)+" signature")
	}
	if c.Pusher != "" {
		f := m.person("", c.Pusher)
		if f.member < 0 {
			f = m.lookup(Identity{"account", strings.ToLower(strings.TrimPrefix(c.Pusher, "@"))})
		}
		add("pusher", f, "")
	}
	for _, s := range m.sessions {
		if containsToken(c.Message, s.Value) {
			add("session", m.lookup(s), "")
		}
	}
	for _, r := range roles {
		m.remember(c, r)
	}
	if m.within && len(roles) > 0 && !m.inPeriod(c, roles) {
		return true
	}
	c.Roles, c.InScope = roles, len(roles) > 0
	for _, chain := range chains {
		if onlyMapped(chains) {
			for _, i := range chain {
				m.resolver.mappings[i].Commits++
			}
		}
	}
	return false
}

// onlyMapped reports whether every role came through a mapping: then the mappings brought the commit in.
func onlyMapped(chains [][]int) bool {
	for _, c := range chains {
		if len(c) == 0 {
			return false
		}
	}
	return true
}

func (m *Matcher) lookup(id Identity) found {
	if at, ok := m.byValue[id]; ok {
		m.seen[id]++
		return found{member: at, via: id}
	}
	return found{member: -1}
}

// key matches an OpenPGP key by its end, since a signature may name the long key id only.
func (m *Matcher) key(key string) found {
	if f := m.lookup(Identity{"key", key}); f.member >= 0 || strings.HasPrefix(key, "SHA256:") {
		return f
	}
	for id := range m.byValue {
		if id.Kind == "key" && (strings.HasSuffix(id.Value, key) || strings.HasSuffix(key, id.Value)) && len(key) >= 16 {
			f := m.lookup(id)
			f.detail = "key " + key
			return f
		}
	}
	return found{member: -1}
}

// person looks up a name and address: the address as listed, an account in a forge's private address, or by mappings. The
// name alone finds nobody; it only chooses among mappings that are for one name.
func (m *Matcher) person(name, mail string) found {
	mail = FoldEmail(mail)
	if f, ok := m.cache[name][mail]; ok {
		if f.member >= 0 {
			m.seen[f.via]++
		}
		return f
	}
	f := m.lookup(Identity{"email", mail})
	if f.member < 0 {
		if account := privateAddress(mail); account != "" {
			if f = m.lookup(Identity{"account", account}); f.member >= 0 {
				f.detail = "address " + mail
			}
		}
	}
	if f.member < 0 {
		if listed, chain := m.resolver.find(name, mail); listed != "" {
			f = m.lookup(Identity{"email", listed})
			f.chain = chain
			steps := make([]string, len(chain))
			for i, k := range chain {
				steps[i] = m.resolver.mappings[k].Source
			}
			f.detail = "address " + mail + " by " + strings.Join(steps, ", ")
		}
	}
	if m.cache[name] == nil {
		m.cache[name] = map[string]found{}
	}
	m.cache[name][mail] = f
	return f
}

// privateAddress returns the account in an address that a forge makes up: 123+login@users.noreply.github.com, or
// 123-login@users.noreply.gitlab.com.
func privateAddress(mail string) string {
	local, host, ok := strings.Cut(mail, "@")
	if !ok || !strings.HasPrefix(host, "users.noreply.") {
		return ""
	}
	for _, sep := range []string{"+", "-"} {
		id, login, ok := strings.Cut(local, sep)
		if ok && id != "" && strings.Trim(id, "0123456789") == "" {
			return login
		}
	}
	return local
}

func containsToken(text, token string) bool {
	for {
		i := strings.Index(text, token)
		if i < 0 {
			return false
		}
		before := i == 0 || !isWord(text[i-1])
		end := i + len(token)
		if before && (end == len(text) || !isWord(text[end])) {
			return true
		}
		text = text[i+1:]
	}
}

func isWord(c byte) bool {
	return c == '-' || c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// inPeriod reports whether one of the commit's clocks is within a period of a member named in it. A member without dated
// facts is always within.
func (m *Matcher) inPeriod(c *change.Commit, roles []change.Role) bool {
	for _, r := range roles {
		for i := range m.set.Members {
			member := &m.set.Members[i]
			if member.Label != r.Member {
				continue
			}
			dated := false
			for _, f := range member.Facts {
				from, _ := parseDate(f.From)
				to, _ := parseDate(f.To)
				if from.IsZero() && to.IsZero() {
					continue
				}
				dated = true
				if len(f.To) == len(time.DateOnly) {
					to = to.AddDate(0, 0, 1) // through the end of that day
				}
				for _, t := range []time.Time{c.Author.Time, c.Committer.Time} {
					if !t.Before(from) && (to.IsZero() || t.Before(to)) {
						return true
					}
				}
			}
			if !dated {
				return true
			}
		}
	}
	return false
}

// remember notes which names occur with listed and with unlisted addresses, for Open to ask about.
func (m *Matcher) remember(c *change.Commit, r change.Role) {
	if r.Kind != "author" && r.Kind != "committer" {
		return
	}
	p := c.Author
	if r.Kind == "committer" {
		p = c.Committer
	}
	key := strings.ToLower(p.Name)
	if m.known[key] == nil {
		m.known[key] = map[int]bool{}
	}
	m.known[key][m.byLabel(r.Member)] = true
}

func (m *Matcher) byLabel(label string) int {
	for i := range m.set.Members {
		if m.set.Members[i].Label == label {
			return i
		}
	}
	return -1
}

// Note counts the addresses of a commit that are not listed.
func (m *Matcher) Note(c *change.Commit) {
	for i, p := range []change.Person{c.Author, c.Committer} {
		mail := FoldEmail(p.Email)
		if i == 1 && p.Name == c.Author.Name && mail == FoldEmail(c.Author.Email) {
			continue // a commit counts once
		}
		if f, ok := m.cache[p.Name][mail]; ok && f.member >= 0 {
			continue
		}
		key := strings.ToLower(p.Name)
		if m.names[key] == nil {
			m.names[key] = map[string]int{}
		}
		m.names[key][mail]++
	}
}

// Resolution is what people must look at before they believe a scope.
type Resolution struct {
	Mappings []Mapping  `json:"mappings"` // those that brought commits in
	Unseen   []Identity `json:"unseen"`   // listed, and in no commit
	Open     []Question `json:"open"`
}

// Question is an address that is not in scope although its commits bear a name that commits in scope bear too. That is no
// ground to put it in scope; it is a question to somebody who knows.
type Question struct {
	Name, Address string
	Commits       int
	Members       []string
}

// Resolution returns what came of identities after all commits were matched.
func (m *Matcher) Resolution() Resolution {
	r := Resolution{Mappings: []Mapping{}, Unseen: []Identity{}, Open: []Question{}}
	for _, x := range m.resolver.mappings {
		if x.Commits > 0 {
			r.Mappings = append(r.Mappings, x)
		}
	}
	for id := range m.byValue {
		if m.seen[id] == 0 {
			r.Unseen = append(r.Unseen, id)
		}
	}
	sort.Slice(r.Unseen, func(i, j int) bool { return r.Unseen[i].String() < r.Unseen[j].String() })
	for name, members := range m.known {
		if name == "" {
			continue
		}
		var labels []string
		for i := range members {
			labels = append(labels, m.set.Members[i].Label)
		}
		sort.Strings(labels)
		for mail, n := range m.names[name] {
			r.Open = append(r.Open, Question{name, mail, n, labels})
		}
	}
	sort.Slice(r.Open, func(i, j int) bool {
		if r.Open[i].Name != r.Open[j].Name {
			return r.Open[i].Name < r.Open[j].Name
		}
		return r.Open[i].Address < r.Open[j].Address
	})
	return r
}
