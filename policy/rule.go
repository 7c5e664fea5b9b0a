package policy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/x/exp/ast"

	"sallyport"
)

// rule is one policy with what was read off its text.
type rule struct {
	Rule
	file   string
	policy *cedar.Policy
	asks   []sallyport.Ask // that its scope covers
	needs  string
	reads  []string // attribute paths, "principal.location.country", sorted and unique
}

// annotations that a policy may and must carry.
var (
	mustSay = []string{"id", "says", "changes"}
	maySay  = []string{"basis", "requirement", "needs", "question"}
	needed  = []string{"second", "approval", "consent", "escort", "resume", "signature", "words", "assessment", "disclosure"}

	idPattern  = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)
	reqPattern = regexp.MustCompile(`^R\d+(, R\d+)*$`)
)

// parseRules reads a Cedar file. Everything that can be said against one policy alone is said here.
func parseRules(file string, text []byte) ([]*rule, error) {
	if line := longStatement(text); line > 0 {
		return nil, sallyport.Errorf(sallyport.Limited, "%s line %d: a policy is longer than %d bytes", file, line, maxStatement)
	}
	list, err := cedar.NewPolicyListFromBytes(file, text)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "%s: %v", file, err)
	}
	if len(list) > maxPolicies {
		return nil, sallyport.Errorf(sallyport.Limited, "%s has %d policies, more than %d", file, len(list), maxPolicies)
	}
	var out []*rule
	for _, p := range list {
		r, err := newRule(file, p)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// longStatement gives the line at which a statement longer than maxStatement begins, or 0. Parsing, checking and evaluating
// go as deep as a statement nests, so its length bounds the stack. A statement ends with a semicolon that is in no string
// and no comment.
func longStatement(text []byte) int {
	line, first, begin := 1, 1, 0
	inString, inComment := false, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '\n' {
			line++
		}
		switch {
		case inComment:
			inComment = c != '\n'
		case inString && c == '\\':
			i++
			if i < len(text) && text[i] == '\n' {
				line++
			}
		case c == '"':
			inString = !inString
		case inString:
		case c == '/' && i+1 < len(text) && text[i+1] == '/':
			inComment = true
		case c == ';':
			begin, first = i+1, line
		}
		if i-begin >= maxStatement {
			return first
		}
	}
	return 0
}

func newRule(file string, p *cedar.Policy) (*rule, error) {
	line := p.Position().Line
	bad := func(format string, args ...any) error {
		return sallyport.Errorf(sallyport.Invalid, "%s line %d: "+format, append([]any{file, line}, args...)...)
	}
	notes := map[string]string{}
	for key, value := range p.Annotations() {
		notes[string(key)] = string(value)
		if !slices.Contains(mustSay, string(key)) && !slices.Contains(maySay, string(key)) {
			return nil, bad("annotation @%s is not known", key)
		}
		if strings.TrimSpace(string(value)) == "" || len(value) > 2000 {
			return nil, bad("annotation @%s is empty or longer than 2000 bytes", key)
		}
	}
	for _, key := range mustSay {
		if notes[key] == "" {
			return nil, bad("a policy without @%s", key)
		}
	}
	if !idPattern.MatchString(notes["id"]) {
		return nil, bad("@id %q is not 1 to 63 lower-case letters, digits and dashes", notes["id"])
	}
	if v := notes["requirement"]; v != "" && !reqPattern.MatchString(v) {
		return nil, bad("@requirement %q is not like R12 or R3, R11", v)
	}
	if v := notes["needs"]; v != "" && !slices.Contains(needed, v) {
		return nil, bad("@needs %q is not one of %s", v, strings.Join(needed, ", "))
	}
	r := &rule{
		Rule: Rule{ID: notes["id"], Forbids: p.Effect() == cedar.Forbid, Says: notes["says"], Changes: notes["changes"],
			Basis: notes["basis"], Requirement: notes["requirement"], Question: notes["question"]},
		file: file, policy: p, needs: notes["needs"],
	}
	tree := (*ast.Policy)(p.AST())
	var err error
	if r.asks, err = asksOf(tree.Action); err != nil {
		return nil, bad("policy %q: %v", r.ID, err)
	}
	if r.reads, err = readsOf(tree); err != nil {
		return nil, bad("policy %q: %v", r.ID, err)
	}
	if slices.Contains(r.reads, "context.accepted") {
		if !strings.Contains(string(p.MarshalCedar()), `context.accepted.contains("`+r.ID+`")`) {
			return nil, bad("policy %q asks for another policy's risk acceptance", r.ID).(*sallyport.Error).
				WithHint("write context.accepted.contains(%q)", r.ID)
		}
		r.Acceptable = true
	}
	if r.Basis == "" {
		for _, path := range r.reads {
			if aboutOrigin(path) {
				return nil, bad("policy %q reads %s and names no legal basis", r.ID, path).(*sallyport.Error).
					WithHint("a rule about where people come from or are cites its law in @basis, or is not a rule")
			}
		}
	}
	if missing := statesNotRead(r.reads); missing != "" {
		return nil, bad("policy %q reads the value of %s and never its state", r.ID, missing).(*sallyport.Error).
			WithHint("say what happens when it is unknown or expired: compare %s.state with \"known\" (lists: \"confirmed\")", missing)
	}
	return r, nil
}

// asks of the whole vocabulary, in its order.
var asks = []sallyport.Ask{sallyport.AskAdvise, sallyport.AskView, sallyport.AskPropose, sallyport.AskDrive, sallyport.AskRead, sallyport.AskEscort,
	sallyport.AskDecide, sallyport.AskDecideSecond, sallyport.AskExecute, sallyport.AskSeeOutput, sallyport.AskReleaseOutput, sallyport.AskWatch,
	sallyport.AskEnd, sallyport.AskApprove, sallyport.AskAcceptRisk, sallyport.AskConsent, sallyport.AskReplay, sallyport.AskExport, sallyport.AskAdminister}

const participate = "participate"

// asksOf lists the asks that an action scope covers.
func asksOf(scope ast.IsActionScopeNode) ([]sallyport.Ask, error) {
	var names []string
	switch s := scope.(type) {
	case ast.ScopeTypeAll:
		return asks, nil
	case ast.ScopeTypeEq:
		names = []string{string(s.Entity.ID)}
	case ast.ScopeTypeIn:
		names = []string{string(s.Entity.ID)}
	case ast.ScopeTypeInSet:
		for _, e := range s.Entities {
			names = append(names, string(e.ID))
		}
	default:
		return nil, sallyport.Errorf(sallyport.Invalid, "action scope %T is not understood", scope)
	}
	var out []sallyport.Ask
	for _, a := range asks {
		if slices.Contains(names, string(a)) || slices.Contains(names, participate) && isMode(a) {
			out = append(out, a)
		}
	}
	for _, n := range names {
		if n != participate && !slices.Contains(asks, sallyport.Ask(n)) {
			return nil, sallyport.Errorf(sallyport.Invalid, "action %q is not one that policy is asked", n)
		}
	}
	return out, nil
}

func isMode(a sallyport.Ask) bool {
	return a == sallyport.AskAdvise || a == sallyport.AskView || a == sallyport.AskPropose || a == sallyport.AskDrive
}

// Asks lists every question that policy may be asked.
func Asks() []sallyport.Ask { return slices.Clone(asks) }

// Known tells whether ask is one of them.
func Known(ask sallyport.Ask) bool { return slices.Contains(asks, ask) }
