package sallyport_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// seats are the names under which a person stands in our types.
var seats = []string{"Engineer", "Escort", "Second", "By", "Person", "To", "OfferedTo", "Owner", "Approved", "Approver", "Breaker", "AddedBy", "Verifier"}

// aboutPeople says where Go code outside package policy compares persons or looks at roles and facts, and why that is no rule about who may do
// what: those are policies, with their basis and their cases. A function that is not here fails the test; before it is added, ask whether
// policy/profiles/shared/floor.cedar should say it.
var aboutPeople = map[string]string{
	"workflow: (State).action":     "an engineer's answer and withdrawal are the engineer's own act: whose act an entry is",
	"workflow: (State).propose":    "a proposal is the act of the session's engineer: whose act an entry is",
	"workflow: (State).request":    "a session is requested by the engineer of its ticket: whose act an entry is",
	"workflow: (State).sessions":   "an escort claims for themselves, and takes what is offered to them: which seat is empty",
	"workflow: (Session).byEscort": "the escort's seat is taken by one person at a time",
	"workflow: (State).access":     "a runbook is signed by whom it names and seconded by whom it names: whose act an entry is",
	"workflow: (State).people":     "a second word is by definition neither the subject's nor the verifier's; self-asserted means recorded by the subject",
	"workflow: (State).step":       "the author of an entry is somebody, or the gateway",
	"workflow: (State).offer":      "how many passkeys of one person wait",
	"workflow: (State).vouched":    "a voucher is by definition somebody else",
	"workflow: (State).shown":      "the engineer is shown what was released, which policy was asked about, and never a page",
	"workflow: onlyGateway":        "what the gateway states, the gateway writes",
	"rules: Signed":                "a key is its person's own",
	"rules: founding":              "a log without a policy takes its first administrator",
	"rules: (asker).about":         "with which location a person is asked about",
	"rules: (asker).inSession":     "what the gateway states is not asked about, and parties to a conversation are in it already",
	"rules: (asker).subject":       "how many sessions a person escorts",
	"rules: (asker).locate":        "which fact a session's own location stands in for",
	"rules: (Checker).located":     "what a session's own location rests on: the engineer's word is the engineer's, a listed one its administrator's",
	"rules: (Checker).match":       "among whom a seat is offered; policy says who of them may take it",
	"gateway":                      "what a person is shown and told about themselves; whatever is done or disclosed is asked of rules",
	"sshd":                         "which of a person's own tickets and keys are meant",
	"web":                          "which of a person's own tickets and keys are meant",
	"evidence":                     "what is written into a hand-over",
	"verify":                       "what the evidence says of whom",
}

// TestNoRuleAboutPeopleOutsidePolicy holds the code to "no rule about people stands outside policy": it finds comparisons of persons and uses of
// roles and fact kinds, and wants a reason for each function that has one.
func TestNoRuleAboutPeopleOutsidePolicy(t *testing.T) {
	found := map[string][]string{}
	for _, room := range []string{"workflow", "rules", "gateway", "sshd", "web", "evidence", "verify"} {
		files, err := filepath.Glob(filepath.Join(room, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("room %q has no files: %v", room, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			fset := token.NewFileSet()
			parsed, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range parsed.Decls {
				name := room + ": (file)"
				if f, ok := d.(*ast.FuncDecl); ok {
					name = room + ": " + funcName(f)
				}
				ast.Inspect(d, func(n ast.Node) bool {
					if why := peopleRule(n); why != "" {
						found[name] = append(found[name], fmt.Sprintf("%s: %s", fset.Position(n.Pos()), why))
					}
					return true
				})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		room, _, _ := strings.Cut(name, ":")
		if aboutPeople[name] == "" && aboutPeople[room] == "" {
			t.Errorf("%s looks at persons, roles or facts and no reason says why it is not a policy:\n\t%s", name, strings.Join(found[name], "\n\t"))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(aboutPeople)) {
		if strings.Contains(name, ": ") && len(found[name]) == 0 {
			t.Errorf("%s is excused and looks at nobody: take it off the list", name)
		}
	}
	if len(found["workflow: (State).propose"]) == 0 {
		t.Error("the test does not see what is there")
	}
}

func funcName(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return f.Name.Name
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if id, ok := typ.(*ast.Ident); ok {
		return "(" + id.Name + ")." + f.Name.Name
	}
	return f.Name.Name
}

// peopleRule says what a node looks at, or "".
func peopleRule(n ast.Node) string {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if n.Op != token.EQL && n.Op != token.NEQ {
			return ""
		}
		for _, pair := range [][2]ast.Expr{{n.X, n.Y}, {n.Y, n.X}} {
			if lit, ok := pair[1].(*ast.BasicLit); ok && lit.Value == `""` || isNil(pair[1]) {
				continue
			}
			if sel, ok := pair[0].(*ast.SelectorExpr); ok && slices.Contains(seats, sel.Sel.Name) {
				return "compares " + sel.Sel.Name
			}
		}
	case *ast.CallExpr:
		if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Holds" {
			return "asks for a role"
		}
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok && x.Name == "sallyport" {
			for _, prefix := range []string{"Role", "Fact"} {
				rest, ok := strings.CutPrefix(n.Sel.Name, prefix)
				if ok && (prefix == "Role" && rest != "" && rest != "s" && rest != "Assigned" && rest != "Withdrawn" || slices.Contains([]string{"Citizenship", "Residence", "Location", "Office", "Employer", "Screening", "Clearance", "Training", "Agreement", "Qualification"}, rest)) {
					return "uses " + n.Sel.Name
				}
			}
		}
	}
	return ""
}

func isNil(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "nil"
}
